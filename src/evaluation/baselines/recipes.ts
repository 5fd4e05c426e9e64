import type { BaselineRecipe, ComponentSpec, TableLevel } from './component.ts';

/** Who the person is, not what they did. Shared by all baselines: others lean on it where they know nothing. */
export const demographicLevels: readonly TableLevel[] = [
  { features: [], strength: 1, discount: 0 },
  { features: ['ageBand'], strength: 20, discount: 0.5 },
  { features: ['ageBand', 'education'], strength: 50, discount: 0.5 },
  { features: ['ageBand', 'education', 'sex'], strength: 50, discount: 0.5 },
];

/** The first observation, from covariates alone. */
export const initialLevels: readonly TableLevel[] = [
  { features: [], strength: 5, discount: 0.5 },
  { features: ['ageBand'], strength: 200, discount: 0.5 },
];

const unigram: TableLevel = { features: [], strength: 1, discount: 0 };

const demographics: ComponentSpec = { kind: 'demographics', name: 'age, education, sex' };
const stay: ComponentSpec = { kind: 'ownHistory', name: 'stay', decay: 0 };
const ownHistory: ComponentSpec = { kind: 'ownHistory', name: 'own history', decay: 0.8 };
const occupations: ComponentSpec = { kind: 'table', name: 'all occupations', levels: [unigram] };

/** Dirichlet smoothing with k = 60 towards the unigram: the ladder's first-order table. */
const transitions: ComponentSpec = {
  kind: 'table',
  name: 'last occupation',
  levels: [unigram, { features: ['previous'], strength: 60, discount: 0 }],
};

const transitionsByAge: ComponentSpec = {
  kind: 'table',
  name: 'last occupation, age, education',
  levels: [
    unigram,
    { features: ['previous'], strength: 20, discount: 0.6 },
    { features: ['previous', 'ageBand', 'education'], strength: 60, discount: 0.6 },
  ],
};

const transitionsBySex: ComponentSpec = {
  kind: 'table',
  name: 'last occupation, sex, age',
  levels: [
    unigram,
    { features: ['sex', 'education'], strength: 20, discount: 0.6 },
    { features: ['previous', 'sex'], strength: 30, discount: 0.6 },
    { features: ['previous', 'sex', 'ageBand'], strength: 40, discount: 0.6 },
  ],
};

const transitionsByRun: ComponentSpec = {
  kind: 'table',
  name: 'last occupation, years in it',
  levels: [
    unigram,
    { features: ['previous'], strength: 20, discount: 0.6 },
    { features: ['previous', 'runBand'], strength: 20, discount: 0.6 },
    { features: ['previous', 'runBand', 'gap'], strength: 20, discount: 0.6 },
  ],
};

const secondOrder: ComponentSpec = {
  kind: 'table',
  name: 'last two occupations',
  levels: [
    unigram,
    { features: ['previous'], strength: 20, discount: 0.6 },
    { features: ['previous', 'lastDifferent'], strength: 10, discount: 0.6 },
  ],
};

const lastJob: ComponentSpec = {
  kind: 'table',
  name: 'last job',
  levels: [
    unigram,
    { features: ['lastJob'], strength: 20, discount: 0.6 },
    { features: ['previousKind', 'lastJob'], strength: 20, discount: 0.6 },
    { features: ['previousKind', 'lastJob', 'ageBand'], strength: 40, discount: 0.6 },
  ],
};

const pastStates: ComponentSpec = {
  kind: 'pastStates',
  name: 'all earlier occupations',
  decay: 0.8,
  smoothing: { strength: 10, discount: 0 },
};

/** Every baseline by the name that the command line and reports use. */
export const baselineRecipes = {
  unigram: { components: [occupations], gate: [[]] },
  transitions: { components: [transitions], gate: [[]] },
  'transitions-age-education': { components: [transitionsByAge], gate: [[]] },
  'second-order': { components: [secondOrder], gate: [[]] },
  'own-history': { components: [ownHistory, transitions], gate: [[]] },
  stay: { components: [stay, occupations], gate: [[]] },
  /** Second order, age and education, own history and stay with one set of weights: the ladder's mixture. */
  'simple-mixture': {
    components: [occupations, secondOrder, transitionsByAge, ownHistory, stay],
    gate: [[]],
  },
  mixture: {
    components: [
      demographics,
      transitionsByAge,
      transitionsBySex,
      transitionsByRun,
      secondOrder,
      lastJob,
      pastStates,
      ownHistory,
      stay,
    ],
    gate: [
      [],
      ['shortRun'],
      ['shortRun', 'gap', 'previousKind'],
      ['shortRun', 'gap', 'previousKind', 'ageBand'],
    ],
  },
} as const satisfies Record<string, BaselineRecipe>;

export type BaselineName = keyof typeof baselineRecipes;

export const baselineNames = Object.keys(baselineRecipes) as BaselineName[];
