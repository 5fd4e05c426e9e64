import { parseArgs } from 'node:util';
import { AppError } from '../platform/index.ts';
import type { DevicePreference, RunKind } from '../worker/index.ts';
import { isRunKind, modelNames, modelSource, type ModelSource, runKinds } from './modelSource.ts';
import type { ChosenSettings } from './page/bridge.ts';

interface ModelChoice {
  /** As it was named. */
  model: string;
  source: ModelSource;
  device: DevicePreference;
}

export interface PredictCommand extends ModelChoice {
  name: 'predict';
  file: string;
  person: string | null;
  year: number | null;
  education: string | null;
  top: number | null;
}

export interface EvaluateCommand extends ModelChoice {
  name: 'evaluate';
  panel: string;
  /** Of a model that is trained first. */
  settings: ChosenSettings;
  full: boolean;
  out: string | null;
  draws: number;
  seed: number;
}

export interface TrainCommand {
  name: 'train';
  panel: string;
  kind: RunKind;
  settings: ChosenSettings;
  out: string;
  seed: number;
  device: DevicePreference;
}

export type LabCommand = { name: 'help' } | PredictCommand | EvaluateCommand | TrainCommand;

const modelOptions = {
  model: { type: 'string' },
  train: { type: 'string' },
  device: { type: 'string', default: 'auto' },
  help: { type: 'boolean', default: false },
} as const;

const predictOptions = {
  ...modelOptions,
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
  draws: { type: 'string', default: '500' },
  seed: { type: 'string', default: '0' },
} as const;

const trainOptions = {
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
  throw new AppError('bad-input', `There is no command “${name}”; there are predict, evaluate and train`);
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
    settings: settings(values.set),
    full: values.full,
    out: values.out ?? null,
    draws: wholeNumber('draws', values.draws, 0),
    seed: wholeNumber('seed', values.seed, 0),
  };
}

/** Node's own message about an unknown or incomplete option is clear enough to pass on. */
function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new AppError('bad-input', error instanceof Error ? error.message : String(error));
  }
}

function onlyFile(positionals: readonly string[], form: string): string {
  if (positionals.length !== 1) {
    throw new AppError('bad-input', `${form} takes exactly one file, not ${positionals.length}`);
  }
  return positionals[0];
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
    settings: settings(values.set),
    out: values.out,
    seed: wholeNumber('seed', values.seed, 0),
    device: deviceOf(values.device),
  };
}

function modelChoice({
  model,
  train,
  device,
}: {
  model?: string;
  train?: string;
  device: string;
}): ModelChoice {
  if (model === undefined) throw new AppError('bad-input', `Name a model: --model ${modelNames.join('|')}`);
  return { model, source: modelSource(model, train ?? null), device: deviceOf(device) };
}

function deviceOf(device: string): DevicePreference {
  if (device === 'webgpu' || device === 'wasm' || device === 'auto') return device;
  throw new AppError('bad-input', `There is no device “${device}”; there are webgpu and wasm`);
}

/** `--set name=value`, each a number, a truth value, or text. */
function settings(words: readonly string[]): ChosenSettings {
  const chosen: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const [, name, value] = /^([a-zA-Z]+)=(.+)$/.exec(word) ?? [];
    if (!name) throw new AppError('bad-input', `--set takes NAME=VALUE, not “${word}”`);
    if (value === 'true' || value === 'false') chosen[name] = value === 'true';
    else chosen[name] = Number.isNaN(Number(value)) ? value : Number(value);
  }
  return chosen;
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new AppError('bad-input', `--${option} takes a whole number from ${least}, not “${text}”`);
  }
  return value;
}
