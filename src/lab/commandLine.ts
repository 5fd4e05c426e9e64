import { parseArgs } from 'node:util';
import { baselineNames } from '../evaluation/index.ts';
import type { BaselineName } from '../evaluation/index.ts';
import { AppError } from '../platform/index.ts';
import type { DevicePreference } from '../worker/index.ts';
import { isBaseline } from './baselines.ts';

export type ModelName = 'language-route' | BaselineName;

interface ModelChoice {
  model: ModelName;
  /** Panel that a baseline is trained on. */
  train: string | null;
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
  full: boolean;
  out: string | null;
  draws: number;
  seed: number;
}

export type LabCommand = { name: 'help' } | PredictCommand | EvaluateCommand;

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
  full: { type: 'boolean', default: false },
  out: { type: 'string' },
  draws: { type: 'string', default: '500' },
  seed: { type: 'string', default: '0' },
} as const;

/** The command that the arguments ask for. Throws AppError `bad-input` that says what is wrong with them. */
export function parseCommand(words: readonly string[]): LabCommand {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return { name: 'help' };
  if (name === 'predict') return parsePredict(rest);
  if (name === 'evaluate') return parseEvaluate(rest);
  throw new AppError('bad-input', `There is no command “${name}”; there are predict and evaluate`);
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

function modelChoice({
  model,
  train,
  device,
}: {
  model?: string;
  train?: string;
  device: string;
}): ModelChoice {
  const names = ['language-route', ...baselineNames];
  if (model === undefined) throw new AppError('bad-input', `Name a model: --model ${names.join('|')}`);
  if (model !== 'language-route' && !isBaseline(model)) {
    throw new AppError('bad-input', `There is no model “${model}”; there are ${names.join(', ')}`);
  }
  if (model === 'language-route' && train !== undefined) {
    throw new AppError('bad-input', 'The language route is trained already; --train is for baselines');
  }
  if (device !== 'webgpu' && device !== 'wasm' && device !== 'auto') {
    throw new AppError('bad-input', `There is no device “${device}”; there are webgpu and wasm`);
  }
  return { model, train: train ?? null, device };
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new AppError('bad-input', `--${option} takes a whole number from ${least}, not “${text}”`);
  }
  return value;
}
