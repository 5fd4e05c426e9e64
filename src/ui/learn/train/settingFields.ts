import type { RunSettings, StoredSettings } from '../../../worker/index.ts';

/** Name of a setting of any kind of model. */
export type SettingName = SettingsOf<RunSettings>;
type SettingsOf<S> = S extends RunSettings ? Exclude<keyof S, 'kind'> : never;

export type SettingField =
  | { kind: 'number'; label: string; min: number; max: number; isWhole: boolean }
  | { kind: 'choice'; label: string; values: readonly string[] }
  | { kind: 'switch'; label: string }
  | { kind: 'adapter'; label: string; of: 'career' | 'lora'; none: string };

const whole = (label: string, min: number, max: number): SettingField => ({
  kind: 'number',
  label,
  min,
  max,
  isWhole: true,
});
const real = (label: string, min: number, max: number): SettingField => ({
  kind: 'number',
  label,
  min,
  max,
  isWhole: false,
});

/** How each setting is shown and changed, in the order of the form. */
export const settingFields: Readonly<Record<SettingName, SettingField>> = {
  epochs: whole('Epochs at most', 1, 500),
  patience: whole('Epochs without progress before it stops', 1, 500),
  learningRate: real('Learning rate', 1e-7, 1),
  batchSize: whole('Batch size', 1, 4096),
  tokensPerBatch: whole('Tokens in a batch', 64, 65_536),
  warmupSteps: whole('Warm-up steps', 0, 100_000),
  decay: {
    kind: 'choice',
    label: 'Decay of the rate',
    values: ['linear', 'cosine', 'inverse-square-root', 'constant'],
  },
  weightDecay: real('Weight decay', 0, 10),
  clipNorm: real('Clip gradients at (0: never)', 0, 1000),
  averaging: real('Averaging of the weights, per step (0: none)', 0, 0.99999),
  dropout: real('Dropout', 0, 0.9),
  rank: whole('Rank', 1, 256),
  alpha: real('Alpha', 0.1, 1024),
  previousRank: whole('Rank of the previous occupation’s part', 0, 256),
  baseWeight: real('Weight of what the language model says itself, 0 to 1', 0, 1),
  targets: { kind: 'choice', label: 'Adapted matrices', values: ['attention', 'attention and mlp'] },
  topLayers: whole('Adapted layers from the top (0: all)', 0, 100),
  structureWeight: real('Weight of what is no title', 0, 1),
  hiddenSize: whole('Width', 4, 1024),
  layers: whole('Layers', 1, 24),
  heads: whole('Attention heads', 1, 32),
  intermediateSize: whole('Width of the inner layer', 4, 4096),
  ownHistory: {
    kind: 'switch',
    label: 'Knows the own history and the path, too (not in the published model)',
  },
  pretrained: { kind: 'adapter', label: 'Begins from', of: 'career', none: 'scratch' },
  tuned: { kind: 'adapter', label: 'Language model tuned by', of: 'lora', none: 'nothing: as it ships' },
  seed: whole('Seed', 0, 2 ** 31),
};

const names = Object.keys(settingFields) as SettingName[];

/** The settings that a kind of model has, with their values. */
export function settingsIn(
  settings: StoredSettings,
): (readonly [SettingName, number | string | boolean | null])[] {
  return names.flatMap((name) => {
    const value = settings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** The same settings with one of them changed. */
export function withSetting(
  settings: StoredSettings,
  name: SettingName,
  value: number | string | boolean | null,
): StoredSettings {
  return { ...settings, [name]: value };
}

/** What is wrong with a number that was typed; null where nothing is. */
export function numberProblem(field: SettingField & { kind: 'number' }, value: number): string | null {
  if (!Number.isFinite(value)) return 'Write a number.';
  if (field.isWhole && !Number.isInteger(value)) return 'Write a whole number.';
  if (value < field.min || value > field.max) return `Write a number from ${field.min} to ${field.max}.`;
  return null;
}

/** What is wrong with settings as a whole; null where nothing is. */
export function settingsProblem(settings: StoredSettings): string | null {
  for (const [name, value] of settingsIn(settings)) {
    const field = settingFields[name];
    if (field.kind !== 'number') continue;
    const problem = numberProblem(field, typeof value === 'number' ? value : NaN);
    if (problem) return `${field.label}: ${problem}`;
  }
  if (settings.kind === 'career' && Number(settings.hiddenSize) % Number(settings.heads) !== 0)
    return 'The width must be a multiple of the number of attention heads.';
  return null;
}
