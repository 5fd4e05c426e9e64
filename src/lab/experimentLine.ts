import { parseArgs } from 'node:util';
import { type Experiment, experiments } from '../evaluation/index.ts';
import { AppError } from '../platform/index.ts';
import { baseModel, baseOptions, type LabPlace } from './baseModel.ts';
import { chosenSettings, deviceOf, understood, wholeNumber } from './optionValues.ts';
import type { ChosenSettings, ExperimentList } from './page/bridge.ts';

export interface ExperimentCommand extends LabPlace {
  name: 'experiment';
  /** Of one of evaluation's `experiments`; null lists them. */
  experiment: string | null;
  train: string;
  test: string;
  /** What the text calls the people of both; null: as every panel of the lab. */
  population: string | null;
  /** Panels of another population, and what the text calls it. */
  others: readonly { file: string; population: string }[];
  /** What is predicted. */
  list: ExperimentList;
  /** Null: all people, as many epochs as the app would take. */
  people: number | null;
  epochs: number | null;
  settings: ChosenSettings;
  draws: number;
  seed: number;
  out: string | null;
}

/** What a class has time for. */
const quick = { people: '300', epochs: '3' };

const options = {
  ...baseOptions,
  train: { type: 'string' },
  test: { type: 'string' },
  population: { type: 'string' },
  other: { type: 'string', multiple: true, default: [] as string[] },
  list: { type: 'string', default: 'occ1990dd' },
  quick: { type: 'boolean', default: false },
  people: { type: 'string' },
  epochs: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  draws: { type: 'string', default: '500' },
  seed: { type: 'string', default: '1' },
  device: { type: 'string', default: 'auto' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What follows `experiment`. Throws AppError `bad-input` that says what is wrong with it. */
export function parseExperiment(words: string[]): ExperimentCommand | { name: 'help' } {
  const { values, positionals } = understood(() =>
    parseArgs({ args: words, options, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  if (positionals.length > 1)
    throw new AppError('bad-input', `experiment NAME takes one name, not ${positionals.length}`);
  const experiment = positionals.length === 0 ? null : experimentNamed(positionals[0]);
  const { train, test, other } = values;
  if (experiment) checkFiles(experiment, values);
  const people = values.people ?? (values.quick ? quick.people : undefined);
  const epochs = values.epochs ?? (values.quick ? quick.epochs : undefined);
  return {
    name: 'experiment',
    experiment: experiment?.name ?? null,
    train: train ?? '',
    test: test ?? '',
    population: values.population ?? null,
    others: other.map(namedFile),
    list: listNamed(values.list),
    people: people === undefined ? null : wholeNumber('people', people, 20),
    epochs: epochs === undefined ? null : wholeNumber('epochs', epochs, 1),
    settings: chosenSettings(values.set),
    draws: wholeNumber('draws', values.draws, 2),
    seed: wholeNumber('seed', values.seed, 0),
    device: deviceOf(values.device),
    base: baseModel(values),
    out: values.out ?? null,
  };
}

function checkFiles(
  { name, needsOtherPanel }: Experiment,
  { train, test, other }: { train?: string; test?: string; other: string[] },
): void {
  if (train === undefined || test === undefined)
    throw new AppError('bad-input', 'Name who is learned from and who is tested: --train PANEL --test PANEL');
  if (needsOtherPanel && other.length === 0)
    throw new AppError('bad-input', `${name} needs another population, too: --other PANEL`);
  if (!needsOtherPanel && other.length > 0)
    throw new AppError('bad-input', `${name} takes no other population: --other is for others`);
}

function experimentNamed(name: string): Experiment {
  const experiment = experiments.find((each) => each.name === name);
  if (experiment) return experiment;
  const names = experiments.map((each) => each.name).join(', ');
  throw new AppError('bad-input', `There is no experiment “${name}”; there are ${names}`);
}

function listNamed(name: string): ExperimentList {
  if (name === 'occ1990dd' || name === 'frequency') return name;
  throw new AppError('bad-input', `There is no list “${name}”; there are occ1990dd and frequency`);
}

/** `NAME=FILE`, or a file alone. */
function namedFile(word: string): ExperimentCommand['others'][number] {
  const [, population = 'another dataset', file = word] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  return { file, population };
}
