import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError } from '../platform/index.ts';
import type { DevicePreference } from '../worker/index.ts';
import { deviceOf, understood, wholeNumber } from './optionValues.ts';

/** The model that comes with the app, or a model's folder on disk. */
export type BenchModel = { kind: 'bundled' } | { kind: 'folder'; path: string };

export interface BenchCommand {
  name: 'bench';
  model: BenchModel;
  /** Which form of the folder's weights; the first that it has where absent. */
  dtype: string | null;
  device: DevicePreference;
  runs: number;
  out: string | null;
}

const options = {
  model: { type: 'string' },
  dtype: { type: 'string' },
  device: { type: 'string', default: 'auto' },
  runs: { type: 'string', default: '5' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What the words after `bench` ask for. Throws AppError `bad-input`. */
export function parseBench(words: readonly string[]): BenchCommand | { name: 'help' } {
  const { values, positionals } = understood(() =>
    parseArgs({ args: [...words], options, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  if (positionals.length > 0)
    throw new AppError('bad-input', `bench takes no file; did you mean --model ${positionals[0]}?`);
  const model = benchModel(values.model);
  if (values.dtype !== undefined && model.kind !== 'folder')
    throw new AppError('bad-input', '--dtype is for a folder: the app chooses the form of its own model');
  return {
    name: 'bench',
    model,
    dtype: values.dtype ?? null,
    device: deviceOf(values.device),
    runs: wholeNumber('runs', values.runs, 1),
    out: values.out ?? null,
  };
}

function benchModel(model: string | undefined): BenchModel {
  if (model === undefined || model === 'onward') return { kind: 'bundled' };
  if (existsSync(model) && statSync(model).isDirectory()) return { kind: 'folder', path: model };
  throw new AppError(
    'bad-input',
    `There is no folder “${model}”. bench measures onward, which comes with the app, or the folder of a model on disk`,
  );
}
