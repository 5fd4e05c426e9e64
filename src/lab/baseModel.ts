import { existsSync, statSync } from 'node:fs';
import { AppError } from '../platform/index.ts';
import type { DevicePreference } from '../worker/index.ts';

/** The language model under whatever answers: the one that comes with the app, or a model's folder on disk. */
export type BaseModel = { kind: 'bundled' } | { kind: 'folder'; path: string; dtype: string | null };

/** On what a command computes. */
export interface LabPlace {
  device: DevicePreference;
  base: BaseModel;
}

/** Options of every command that stands on a language model. */
export const baseOptions = { base: { type: 'string' }, dtype: { type: 'string' } } as const;

/** What `--base` and `--dtype` mean together. Throws AppError `bad-input`. */
export function baseModel({ base, dtype }: { base?: string; dtype?: string }): BaseModel {
  if (base === undefined || base === 'onward' || base === 'onward-3m') {
    if (dtype === undefined) return { kind: 'bundled' };
    throw new AppError('bad-input', '--dtype is for a folder: the app chooses the form of its own model');
  }
  if (existsSync(base) && statSync(base).isDirectory())
    return { kind: 'folder', path: base, dtype: dtype ?? null };
  throw new AppError(
    'bad-input',
    `There is no folder “${base}”. --base names onward, which comes with the app, or the folder of a model on disk`,
  );
}
