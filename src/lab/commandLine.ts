import { parseArgs } from 'node:util';
import { AppError } from '../platform/index.ts';
import { baseModel, baseOptions, type LabPlace } from './baseModel.ts';
import { type BenchCommand, parseBench } from './benchLine.ts';
import { type ExperimentCommand, parseExperiment } from './experimentLine.ts';
import { isRunKind, modelNames, modelSource, type ModelSource } from './modelSource.ts';
import { runKinds } from './runKinds.ts';
import { chosenSettings, deviceOf, onlyFile, understood, wholeNumber } from './optionValues.ts';
import type { ChosenSettings } from './page/bridge.ts';
import { type PredictionTarget, predictionTarget } from './predictionTarget.ts';

interface ModelChoice extends LabPlace {
  /** As it was named. */
  model: string;
  source: ModelSource;
}

export interface PredictCommand extends ModelChoice {
  name: 'predict';
  file: string;
  person: string | null;
  year: number | null;
  education: string | null;
  top: number | null;
  /** Of a model that is trained first. */
  settings: ChosenSettings;
  seed: number;
}

export interface EvaluateCommand extends ModelChoice {
  name: 'evaluate';
  panel: string;
  /** Of a model that is trained first. */
  settings: ChosenSettings;
  full: boolean;
  out: string | null;
  save: PredictionTarget | null;
  draws: number;
  seed: number;
}

export interface TrainCommand extends LabPlace {
  name: 'train';
  panel: string;
  kind: string;
  settings: ChosenSettings;
  out: string;
  seed: number;
}

export type LabCommand =
  { name: 'help' } | PredictCommand | EvaluateCommand | TrainCommand | ExperimentCommand | BenchCommand;

const modelOptions = {
  ...baseOptions,
  model: { type: 'string' },
  train: { type: 'string' },
  device: { type: 'string', default: 'auto' },
  help: { type: 'boolean', default: false },
} as const;

const predictOptions = {
  ...modelOptions,
  set: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string', default: '1' },
  person: { type: 'string' },
  year: { type: 'string' },
  education: { type: 'string' },
  top: { type: 'string' },
} as const;

const evaluateOptions = {
  ...modelOptions,
  set: { type: 'string', multiple: true, default: [] as string[] },
  full: { type: 'boolean', default: false },
  out: { type: 'string' },
  save: { type: 'string' },
  'hidden-states': { type: 'boolean', default: false },
  draws: { type: 'string', default: '500' },
  seed: { type: 'string', default: '0' },
} as const;

const trainOptions = {
  ...baseOptions,
  model: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string' },
  seed: { type: 'string', default: '1' },
  device: { type: 'string', default: 'auto' },
  help: { type: 'boolean', default: false },
} as const;

/** The command that the arguments ask for. Throws AppError `bad-input` that says what is wrong with them. */
export function parseCommand(words: readonly string[]): LabCommand {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return { name: 'help' };
  if (name === 'predict') return parsePredict(rest);
  if (name === 'evaluate') return parseEvaluate(rest);
  if (name === 'train') return parseTrain(rest);
  if (name === 'experiment') return parseExperiment(rest);
  if (name === 'bench') return parseBench(rest);
  const names = 'predict, evaluate, train, experiment and bench';
  throw new AppError('bad-input', `There is no command “${name}”; there are ${names}`);
}

function parsePredict(words: string[]): LabCommand {
  const { values, positionals } = understood(() =>
    parseArgs({ args: words, options: predictOptions, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  return {
    name: 'predict',
    file: onlyFile(positionals, 'predict FILE'),
    ...modelChoice({ ...values, model: values.model ?? 'language-route' }),
    person: values.person ?? null,
    year: values.year === undefined ? null : wholeNumber('year', values.year, 1700),
    education: values.education ?? null,
    top: values.top === undefined ? null : wholeNumber('top', values.top, 1),
    settings: chosenSettings(values.set),
    seed: wholeNumber('seed', values.seed, 0),
  };
}

function parseEvaluate(words: string[]): LabCommand {
  const { values, positionals } = understood(() =>
    parseArgs({ args: words, options: evaluateOptions, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  return {
    name: 'evaluate',
    panel: onlyFile(positionals, 'evaluate PANEL.csv'),
    ...modelChoice(values),
    settings: chosenSettings(values.set),
    full: values.full,
    out: values.out ?? null,
    save: predictionTarget(values.save, values['hidden-states']),
    draws: wholeNumber('draws', values.draws, 0),
    seed: wholeNumber('seed', values.seed, 0),
  };
}

function parseTrain(words: string[]): LabCommand {
  const { values, positionals } = understood(() =>
    parseArgs({ args: words, options: trainOptions, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  const panel = onlyFile(positionals, 'train PANEL.csv');
  if (values.model === undefined || !isRunKind(values.model))
    throw new AppError('bad-input', `Say what is trained: --model ${runKinds.join('|')}`);
  if (values.out === undefined)
    throw new AppError('bad-input', 'Name the folder that its files go to: --out DIR');
  return {
    name: 'train',
    panel,
    kind: values.model,
    settings: chosenSettings(values.set),
    out: values.out,
    seed: wholeNumber('seed', values.seed, 0),
    device: deviceOf(values.device),
    base: baseModel(values),
  };
}

function modelChoice({
  model,
  train,
  device,
  ...base
}: {
  model?: string;
  train?: string;
  device: string;
  base?: string;
  dtype?: string;
}): ModelChoice {
  if (model === undefined) throw new AppError('bad-input', `Name a model: --model ${modelNames.join('|')}`);
  return {
    model,
    source: modelSource(model, train ?? null),
    device: deviceOf(device),
    base: baseModel(base),
  };
}
