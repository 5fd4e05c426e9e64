import type { AdapterToKeep, CheckpointRow, PanelRow, RunRow } from '../../../src/storage/index.ts';

export const career = {
  id: 'career',
  name: 'Mine',
  history: {
    personId: 'me',
    population: 'NLSY97 dataset',
    observations: [
      {
        year: 2001,
        education: null,
        occupationCode: '95',
        title: 'Registered nurses',
        extra: { note: '=1+1' },
      },
    ],
  },
  next: { year: 2002, education: null },
};

export const panel: PanelRow = {
  id: 'panel',
  name: 'A class',
  people: 3,
  observations: 9,
  years: { first: 2000, last: 2004 },
  split: { seed: 1 },
  parts: {
    fitting: { people: 1, observations: 3 },
    tuning: { people: 1, observations: 3 },
    test: { people: 1, observations: 3 },
  },
  list: { list: { name: 'small', occupations: [{ code: '1', title: 'Cooks' }] }, pooled: null },
  bytes: 4,
  isSynthetic: false,
  optimum: null,
  addedAt: 1,
};

export const run: RunRow = {
  id: 'run',
  name: 'First try',
  notes: '',
  settings: {
    kind: 'logit',
    seed: 1,
    epochs: 2,
    patience: 2,
    learningRate: 0.01,
    warmupSteps: 0,
    decay: 'linear',
    weightDecay: 0,
    clipNorm: 1,
    averaging: 0.997,
    batchSize: 8,
  },
  panel: { id: 'panel', name: 'A class', fittingPeople: 1, tuningPeople: 1 },
  standing: 'open',
  reason: null,
  step: 0,
  totalSteps: 20,
  epochs: [],
  seconds: 0,
  hasAdapter: false,
  createdAt: 2,
  keptAt: null,
};

/** One vector twice, one with a number that JSON has no word for. */
export const checkpoint: CheckpointRow = {
  run: 'run',
  step: 7,
  fingerprint: 'task',
  state: {
    step: 7,
    theta: Float32Array.of(1.5, Number.NaN),
    mu: Float32Array.of(0, 0),
    nu: Float32Array.of(0, 0),
    average: null,
    best: Float32Array.of(1, 2),
    tuningNlls: [1.25, Number.NaN],
    trainingLosses: [1, 2],
    epochLoss: { sum: 3, steps: 2 },
  },
  savedAt: 3,
};

export const adapter: AdapterToKeep = {
  row: {
    id: 'adapter',
    name: 'A head',
    kind: 'head',
    source: 'import',
    learnedFrom: { people: 3, observations: 9, firstYear: 2000, lastYear: 2004 },
    list: null,
    figures: { tuning: 3.5 },
    bytes: 2,
    createdAt: 4,
  },
  files: [{ name: 'card.json', content: new Uint8Array([123, 125]) }],
};
