import {
  isTrained,
  knownKind,
  type SettingField,
  type SettingFields,
  settingProblem,
  type SettingProblem,
  type SettingValue,
} from '../../../predictors/index.ts';
import type { StoredSettings } from '../../../worker/index.ts';

/** What each setting is called; one that is not here goes by its own name. */
const labels: Readonly<Record<string, string>> = {
  epochs: 'Epochs at most',
  patience: 'Epochs without progress before it stops',
  learningRate: 'Learning rate',
  batchSize: 'Batch size',
  tokensPerBatch: 'Tokens in a batch',
  warmupSteps: 'Warm-up steps',
  decay: 'Decay of the rate',
  weightDecay: 'Weight decay',
  clipNorm: 'Clip gradients at (0: never)',
  averaging: 'Averaging of the weights, per step (0: none)',
  dropout: 'Dropout',
  rank: 'Rank',
  alpha: 'Alpha',
  previousRank: 'Rank of the previous occupation’s part',
  baseWeight: 'Weight of what the language model says itself, 0 to 1',
  targets: 'Adapted matrices',
  topLayers: 'Adapted layers from the top (0: all)',
  structureWeight: 'Weight of words outside job titles',
  hiddenSize: 'Width',
  layers: 'Layers',
  heads: 'Attention heads',
  intermediateSize: 'Width of the inner layer',
  ownHistory: 'Also uses the person’s past jobs and their order (not in the published model)',
  pretrained: 'Starts from',
  tuned: 'Language model tuned by',
  seed: 'Seed',
};

export function settingLabel(name: string): string {
  return labels[name] ?? name;
}

/** What a reference to another model says where there is none. */
export function withoutAdapter(name: string): string {
  return name === 'pretrained' ? 'scratch' : 'nothing: as it ships';
}

/** How the settings of a kind of model are shown and changed, in the order of its form; none of a kind that is not known. */
export function settingFields({ kind }: StoredSettings): SettingFields {
  const known = knownKind(kind);
  return known && isTrained(known) ? known.training.fields : {};
}

/** The settings of a model with their values, in the order of its form; of an unknown kind, all that it has. */
export function settingsIn(settings: StoredSettings): (readonly [string, SettingValue])[] {
  const known = Object.keys(settingFields(settings));
  const names = known.length > 0 ? known : Object.keys(settings).filter((name) => name !== 'kind');
  return names.flatMap((name) => {
    const value = settings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** The same settings with one of them changed. */
export function withSetting(settings: StoredSettings, name: string, value: SettingValue): StoredSettings {
  return { ...settings, [name]: value };
}

const problems: Readonly<Record<SettingProblem['key'], (data: SettingProblem['data']) => string>> = {
  setting_not_a_number: () => 'Write a number.',
  setting_not_whole: () => 'Write a whole number.',
  setting_out_of_range: ({ min, max }) => `Write a number from ${min ?? ''} to ${max ?? ''}.`,
  setting_not_a_choice: ({ values }) => `Choose one of ${values ?? ''}.`,
};

const wholeProblems: Readonly<Record<string, string>> = {
  setting_width_of_heads: 'The width must be a multiple of the number of attention heads.',
};

/** What is wrong with a value; null where nothing is. */
export function valueProblem(field: SettingField, value: unknown): string | null {
  const problem = settingProblem(field, value);
  return problem && problems[problem.key](problem.data);
}

/** What is wrong with settings as a whole; null where nothing is. */
export function settingsProblem(settings: StoredSettings): string | null {
  const kind = knownKind(settings.kind);
  if (!kind || !isTrained(kind)) return null;
  for (const [name, field] of Object.entries(kind.training.fields)) {
    const problem = valueProblem(field, settings[name] ?? null);
    if (problem) return `${settingLabel(name)}: ${problem}`;
  }
  const key = kind.training.problem?.(settings as never) ?? null;
  return key && (wholeProblems[key] ?? key);
}
