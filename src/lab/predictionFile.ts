import { closeSync, openSync, writeSync } from 'node:fs';
import type { CareerHistory } from '../career/index.ts';
import { predictionWriter } from '../evaluation/index.ts';
import { occ1990dd } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { trainedBaseline } from './baselines.ts';
import type { EvaluateCommand } from './commandLine.ts';
import { inApp, plainModel } from './learnedModel.ts';
import type { LabEvent, PredictionsWritten } from './page/bridge.ts';
import { plainCareer } from './plainCareer.ts';
import type { PredictionTarget } from './predictionTarget.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

export interface PredictionFileReport extends Omit<PredictionsWritten, 'device'> {
  file: string;
}

/** People whose distributions are in memory at once. */
const peopleAtOnce = 50;

/** Writes what the model says about every observation, people in the order of the panel. Throws AppError. */
export async function savePredictionFile(
  people: readonly CareerHistory[],
  command: EvaluateCommand,
  target: PredictionTarget,
): Promise<PredictionFileReport> {
  const { file } = target;
  const progress = new StderrProgress('Saving predictions', people.length);
  const output = openOutput(file);
  try {
    const write = (bytes: Uint8Array) => {
      for (let start = 0; start < bytes.length;) start += writeSync(output, bytes, start);
    };
    const { device: _, ...written } = await (command.source.kind === 'baseline'
      ? tablePredictions(people, command.source, target, write, progress)
      : pagePredictions(people, command, target, write, progress));
    tell(`Predictions of ${written.observations} observations: ${file}`);
    if (written.isRenormalised)
      tell('Probabilities outside the list are left out, and the rest is scaled to sum to 1.');
    if (target.hiddenStates && written.hiddenSize === null) tell('This model has no hidden states.');
    return { file, ...written };
  } finally {
    closeSync(output);
  }
}

type Write = (bytes: Uint8Array) => void;

async function tablePredictions(
  people: readonly CareerHistory[],
  { name, train }: Extract<EvaluateCommand['source'], { kind: 'baseline' }>,
  { format }: PredictionTarget,
  write: Write,
  progress: StderrProgress,
): Promise<PredictionsWritten> {
  const model = await trainedBaseline(name, train);
  const writer = await predictionWriter(format, { list: occ1990dd, hiddenSize: null });
  let observations = 0;
  for (let start = 0; start < people.length; start += peopleAtOnce) {
    const some = people.slice(start, start + peopleAtOnce);
    const { probs, offsets, occupations } = model.rows(some);
    const probabilities = some.map((_, p) =>
      probs.subarray(offsets[p] * occupations, offsets[p + 1] * occupations),
    );
    write(writer.add({ people: some, probabilities, hiddenStates: null }));
    observations += offsets[some.length];
    progress.update(start + some.length);
  }
  write(writer.end());
  return { people: people.length, observations, isRenormalised: false, hiddenSize: null, device: null };
}

async function pagePredictions(
  people: readonly CareerHistory[],
  command: EvaluateCommand,
  { format, hiddenStates }: PredictionTarget,
  write: Write,
  progress: StderrProgress,
): Promise<PredictionsWritten> {
  const { source, device } = command;
  if (source.kind === 'baseline') throw new AppError('internal', 'Tables are asked in Node.');
  const model = source.kind === 'language-route' ? source.kind : await plainModel(source, command);
  const careers = people.map(plainCareer);
  const onEvent = (event: LabEvent) => {
    if ('scored' in event) progress.update(event.scored);
    if ('file' in event) write(Buffer.from(event.file, 'base64'));
  };
  return inApp(command, onEvent, (page) =>
    page.call('savePredictions', { model, careers, format, hiddenStates }, device),
  );
}

function openOutput(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new AppError('bad-input', `Cannot write ${file}: ${String(error)}`, {}, { cause: error });
  }
}
