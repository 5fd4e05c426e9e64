import { AppError } from '../platform/index.ts';
import type { DevicePreference } from '../worker/index.ts';
import type { ChosenSettings } from './page/bridge.ts';

/** Node's own message about an unknown or incomplete option is clear enough to pass on. */
export function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new AppError('bad-input', error instanceof Error ? error.message : String(error));
  }
}

/** The one file that a command is about. Throws AppError `bad-input`, as all here. */
export function onlyFile(positionals: readonly string[], form: string): string {
  if (positionals.length !== 1) {
    throw new AppError('bad-input', `${form} takes exactly one file, not ${positionals.length}`);
  }
  return positionals[0];
}

export function deviceOf(device: string): DevicePreference {
  if (device === 'webgpu' || device === 'wasm' || device === 'auto') return device;
  throw new AppError('bad-input', `There is no device “${device}”; there are webgpu and wasm`);
}

/** `--set name=value`, each a number, a truth value, or text. */
export function chosenSettings(words: readonly string[]): ChosenSettings {
  const chosen: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const [, name, value] = /^([a-zA-Z]+)=(.+)$/.exec(word) ?? [];
    if (!name) throw new AppError('bad-input', `--set takes NAME=VALUE, not “${word}”`);
    if (value === 'true' || value === 'false') chosen[name] = value === 'true';
    else chosen[name] = Number.isNaN(Number(value)) ? value : Number(value);
  }
  return chosen;
}

export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new AppError('bad-input', `--${option} takes a whole number from ${least}, not “${text}”`);
  }
  return value;
}
