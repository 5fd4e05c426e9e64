import type { StoredSettings } from '../../src/storage/index.ts';

const gradient = {
  seed: 1,
  patience: 4,
  warmupSteps: 200,
  decay: 'linear',
  clipNorm: 1,
  averaging: 0.997,
} as const;
const career = {
  ...gradient,
  kind: 'career',
  // The average of weights at one rate was better than the last weights of a falling one.
  decay: 'constant',
  averaging: 0.999,
  epochs: 14,
  learningRate: 1e-3,
  weightDecay: 0.1,
  hiddenSize: 128,
  layers: 4,
  heads: 4,
  intermediateSize: 512,
  dropout: 0.35,
  batchSize: 32,
  pretrained: null,
} as const;

/** What is trained beside the language model, by the name under which it ships. Chosen on the tuning people. */
export const adapterSettings = {
  career: { title: 'CAREER', settings: { ...career, ownHistory: false } },
  path: { title: 'CAREER with the own history', settings: { ...career, ownHistory: true } },
  path2: {
    title: 'CAREER with the own history, another',
    settings: { ...career, ownHistory: true, seed: 2, dropout: 0.45 },
  },
  head: {
    title: 'Head on the language model',
    settings: {
      ...gradient,
      kind: 'head',
      epochs: 26,
      learningRate: 3e-3,
      weightDecay: 0.5,
      rank: 64,
      alpha: 64,
      previousRank: 16,
      baseWeight: 0.3,
      dropout: 0.6,
      batchSize: 512,
    },
  },
} as const satisfies Record<string, { title: string; settings: StoredSettings }>;

export type AdapterName = keyof typeof adapterSettings;

/** What is retrained on all training people is trained for as many epochs as the tuning people found best. */
export function settingsForAll(name: AdapterName, epochs: number): StoredSettings {
  return { ...adapterSettings[name].settings, epochs, patience: epochs };
}

/** The average of what ships: the best that runs live in the page. `mixture`: the tables of `models/baselines.json`. */
export const averageMembers = ['head', 'path', 'path2', 'career', 'mixture'] as const;
