import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CareerHistory } from '../career/index.ts';
import { comparisonCsv, experiments } from '../evaluation/index.ts';
import { occ1990dd } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import type { DeviceReport, ExperimentReport } from '../worker/index.ts';
import type { ExperimentCommand } from './experimentLine.ts';
import { experimentTable } from './experimentTable.ts';
import { experimentInApp } from './learnedModel.ts';
import { readPanelFile } from './panelFile.ts';
import { plainCareer } from './plainCareer.ts';
import { tell } from './stderrProgress.ts';

/** The JSON object of `experiment`. */
export interface ExperimentOutput extends ExperimentReport {
  train: string;
  test: string;
  device: string | null;
  deviceReport: DeviceReport | null;
  seconds: number;
}

/** Without a name: what can be asked. */
export interface ExperimentChoice {
  experiments: { name: string; question: string; finding: string | null; needsOtherPanel: boolean }[];
}

/**
 * Asks one of the paper's questions inside the app: people of `train` are learned from, a tenth of them decides every stop, and
 * people of `test` are only reported on; `table` says it to people. Throws AppError.
 */
export async function runExperiment(
  command: ExperimentCommand,
): Promise<{ output: ExperimentOutput | ExperimentChoice; table: string }> {
  const { experiment: name, train, test, list, out, seed, draws, settings } = command;
  if (name === null) return choice();
  const people = await peopleOf(command);
  tell(`${people.learning.length} people to learn from, ${people.test.length} to test`);
  const start = performance.now();
  const { report, device: deviceReport } = await experimentInApp(
    {
      name,
      ...people,
      list,
      seed,
      draws,
      settings,
      ...(command.people !== null && { people: command.people }),
      ...(command.epochs !== null && { epochs: command.epochs }),
    },
    command,
  );
  const output = {
    ...report,
    train,
    test,
    device: deviceReport?.device ?? null,
    deviceReport,
    seconds: (performance.now() - start) / 1000,
  };
  const table = experimentTable(report);
  if (out !== null) {
    await mkdir(out, { recursive: true });
    const files = {
      json: `${JSON.stringify(output, null, 1)}\n`,
      csv: comparisonCsv(report.comparison),
      txt: `${table}\n`,
    };
    for (const [ending, content] of Object.entries(files))
      await writeFile(join(out, `${name}.${ending}`), content);
    tell(`Written: ${join(out, name)}.json, .csv and .txt`);
  }
  return { output, table };
}

/** Everybody in terms of the page. Throws `bad-input` where who is tested is learned from, or has nothing to be tested on. */
async function peopleOf({ train, test, population, others, list }: ExperimentCommand) {
  const own = population ?? undefined;
  const [learning, tested] = [await readPanelFile(train, own), await readPanelFile(test, own)];
  refuseBoth(learning, train, tested, test);
  const listed = new Set(occ1990dd.occupations.map(({ code }) => code));
  const isListed = ({ observations }: CareerHistory) =>
    observations.some(({ occupationCode }) => listed.has(occupationCode ?? ''));
  if (list === 'occ1990dd' && !tested.some(isListed))
    throw new AppError(
      'bad-input',
      `${test}: no occupation has a code of occ1990dd; --list frequency takes the titles of --train instead`,
    );
  const other: CareerHistory[] = [];
  for (const { file, population: name } of others) {
    const joining = await readPanelFile(file, name);
    refuseBoth(joining, file, tested, test);
    // Ids are a file's own.
    other.push(...joining.map((person) => ({ ...person, personId: `${file}/${person.personId}` })));
  }
  return {
    learning: learning.map(plainCareer),
    test: tested.map(plainCareer),
    other: others.length === 0 ? null : other.map(plainCareer),
  };
}

/** Nobody is tested on a career that was learned from. The same id in another population is somebody else. */
function refuseBoth(
  learning: readonly CareerHistory[],
  file: string,
  tested: readonly CareerHistory[],
  test: string,
): void {
  const key = ({ population, personId }: CareerHistory) => JSON.stringify([population, personId]);
  const known = new Set(learning.map(key));
  const both = tested.find((person) => known.has(key(person)));
  if (both)
    throw new AppError(
      'bad-input',
      `Person ${both.personId} is in ${file} and in ${test}: who is tested must be new`,
    );
}

function choice(): { output: ExperimentChoice; table: string } {
  const choices = experiments.map(({ name, question, finding, needsOtherPanel }) => ({
    name,
    question,
    finding,
    needsOtherPanel,
  }));
  const lines = choices.map(({ name, question, needsOtherPanel }) => {
    return `${name.padEnd(28)}${question}${needsOtherPanel ? ' (--other)' : ''}`;
  });
  return { output: { experiments: choices }, table: lines.join('\n') };
}
