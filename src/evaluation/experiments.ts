import type { ShownFacts } from '../career/index.ts';

/** What learns or answers in an arm. `transitions` and `mixture` are counted, the language route may stay as it ships. */
export type ArmModel =
  | 'language-route'
  | 'lora'
  | 'head'
  | 'career'
  | 'logit'
  | 'bag-of-jobs'
  | 'mixture'
  | 'transitions'
  | 'average';

/** One way of predicting, to be compared with others on the same test people. */
export interface ExperimentArm {
  name: string;
  /** In plain words. */
  label: string;
  model: ArmModel;
  /** False: as it ships, without anything of the given people. */
  isFitted: boolean;
  /** What it is shown, when it learns and when it predicts. Default: everything. */
  shown?: Pick<ShownFacts, 'titles' | 'demographics' | 'birthYear'>;
  /** What it is shown when it predicts alone: less of a history, or more than it. */
  shownWhenPredicting?: Pick<ShownFacts, 'lastRecords' | 'examples'>;
  /** Share of the fitting people that it learns from. Default 1. */
  fittingShare?: number;
  /** Share of another population's people that it learns from besides. Default 0. */
  otherShare?: number;
  /** Settings other than the model's own. */
  settings?: Readonly<Record<string, number>>;
}

/** One of the paper's questions, answered on the given data; whoever runs it fits the arms and compares them. */
export interface Experiment {
  name: string;
  title: string;
  /** What is asked, in plain words. */
  question: string;
  /** What LABOR-LLM found on its own data; no promise for other data. Null where the paper makes no general claim. */
  finding: string | null;
  /** Another population's panel besides the given one. */
  needsOtherPanel: boolean;
  /** Arms of one model differ in how many people they learn from: points of a curve. */
  isLearningCurve?: boolean;
  arms: readonly ExperimentArm[];
  /** Pairs of arms whose difference answers the question: first minus second. */
  contrasts: readonly (readonly [first: string, second: string])[];
}

const arm = (
  name: string,
  label: string,
  model: ArmModel,
  more: Partial<ExperimentArm> = {},
): ExperimentArm => ({ name, label, model, isFitted: true, ...more });

const offTheShelf = arm('off-the-shelf', 'Language model as it ships', 'language-route', { isFitted: false });
const fineTuned = arm('fine-tuned', 'Language model fine-tuned on these careers', 'lora');
const career = arm('career', 'CAREER', 'career');

/** Each arm against the first. */
const againstFirst = ([first, ...others]: readonly ExperimentArm[]) =>
  others.map(({ name }) => [name, first.name] as const);

const historyLengths = [1, 2, 3, 5, 10];
const exampleCounts = [1, 2, 4];
const otherShares = [25, 50, 100];

const historyArms = [
  { ...fineTuned, name: 'all', label: 'The whole history' },
  ...historyLengths.map((lastRecords) =>
    arm(
      `last-${lastRecords}`,
      `The last ${lastRecords} ${lastRecords === 1 ? 'record' : 'records'}`,
      'lora',
      {
        shownWhenPredicting: { lastRecords },
      },
    ),
  ),
];

const contextArms = [
  { ...offTheShelf, name: 'no-examples', label: 'No examples' },
  ...exampleCounts.map((examples) =>
    arm(
      `${examples}-examples`,
      `${examples} ${examples === 1 ? 'career' : 'careers'} of other people before it`,
      'language-route',
      { isFitted: false, shownWhenPredicting: { examples } },
    ),
  ),
];

const populationArms = [
  { ...fineTuned, name: 'other-0', label: 'These people only' },
  ...otherShares.map((percent) =>
    arm(`other-${percent}`, `And ${percent} % of the other population`, 'lora', {
      otherShare: percent / 100,
    }),
  ),
];

const fittingShares = [12.5, 25, 50, 100];
const curveModels = [
  ['head', 'Head on the language model'],
  ['career', 'CAREER'],
  ['mixture', 'Mixture of tables'],
] as const;

const curveArms = curveModels.flatMap(([model, words]) =>
  fittingShares.map((percent) =>
    arm(`${model}-${percent}`, `${words}, ${percent}\u202f% of the people`, model, {
      fittingShare: percent / 100,
    }),
  ),
);

const [small, large] = [
  { hiddenSize: 64, intermediateSize: 256, layers: 2, heads: 2 },
  { hiddenSize: 192, intermediateSize: 768, layers: 4, heads: 4 },
];

const withAndWithout = (facts: ShownFacts, words: string) => [
  arm('tuned-with', `Language model with ${words}`, 'lora'),
  arm('tuned-without', `Language model without ${words}`, 'lora', { shown: facts }),
  arm('career-with', `CAREER with ${words}`, 'career'),
  arm('career-without', `CAREER without ${words}`, 'career', { shown: facts }),
];

const withAgainstWithout = [
  ['tuned-with', 'tuned-without'],
  ['career-with', 'career-without'],
] as const;

/** The paper's questions, in the order in which one would ask them. */
export const experiments: readonly Experiment[] = [
  {
    name: 'off-the-shelf-vs-fine-tuned',
    title: 'Off the shelf or fine-tuned',
    question: 'Does the language model predict these careers better once it has learned from some of them?',
    finding: 'Fine-tuned models beat the same models off the shelf.',
    needsOtherPanel: false,
    arms: [offTheShelf, fineTuned],
    contrasts: [['fine-tuned', 'off-the-shelf']],
  },
  {
    name: 'titles-vs-codes',
    title: 'Titles or codes',
    question:
      'Does it help that occupations have names that mean something, or would a number for each do as well?',
    finding: 'Titles as words beat codes.',
    needsOtherPanel: false,
    arms: [
      arm('titles', 'Titles as words', 'lora'),
      arm('codes', 'A code for each title (job_123)', 'lora', { shown: { titles: 'codes' } }),
    ],
    contrasts: [['titles', 'codes']],
  },
  {
    name: 'demographics',
    title: 'With and without demographics',
    question: 'How much do sex, race and region tell about the next occupation that the career does not?',
    finding: 'Demographics help.',
    needsOtherPanel: false,
    arms: withAndWithout({ demographics: false }, 'sex, race and region'),
    contrasts: withAgainstWithout,
  },
  {
    name: 'birth-year',
    title: 'With and without the birth year',
    question: 'How much does it help to know how old somebody is?',
    finding: 'The birth year helps.',
    needsOtherPanel: false,
    arms: withAndWithout({ birthYear: false }, 'the birth year'),
    contrasts: withAgainstWithout,
  },
  {
    name: 'history-length',
    title: 'History cut to the last k records',
    question: 'How far back does a career matter for what comes next?',
    finding: null,
    needsOtherPanel: false,
    arms: historyArms,
    contrasts: againstFirst(historyArms),
  },
  {
    name: 'in-context',
    title: 'Examples in the prompt',
    question: 'Does an unchanged language model do better when it first reads whole careers of other people?',
    finding: null,
    needsOtherPanel: false,
    arms: contextArms,
    contrasts: againstFirst(contextArms),
  },
  {
    name: 'other-population',
    title: 'Adding another population',
    question: 'Do careers of a different population help to predict these?',
    finding: 'More career data helps, even of a different population.',
    needsOtherPanel: true,
    arms: populationArms,
    contrasts: againstFirst(populationArms),
  },
  {
    name: 'small-vs-large',
    title: 'Small or large, with more or less data',
    question: 'Is it better to have a larger model, or more careers to learn from?',
    finding: 'With more career data a smaller language model overtakes a larger one.',
    needsOtherPanel: true,
    arms: [
      arm('small', 'Small CAREER', 'career', { settings: small }),
      arm('large', 'Large CAREER', 'career', { settings: large }),
      arm('small-more-data', 'Small CAREER, and the other population', 'career', {
        settings: small,
        otherShare: 1,
      }),
      arm('large-more-data', 'Large CAREER, and the other population', 'career', {
        settings: large,
        otherShare: 1,
      }),
    ],
    contrasts: [
      ['large', 'small'],
      ['small-more-data', 'small'],
      ['small-more-data', 'large'],
      ['large-more-data', 'large'],
    ],
  },
  {
    name: 'learning-curve',
    title: 'With fewer and more people',
    question: 'How many people does a model need, and would more of them still help?',
    finding: null,
    needsOtherPanel: false,
    isLearningCurve: true,
    arms: curveArms,
    contrasts: [
      ...curveModels.map(([model]) => [`${model}-100`, `${model}-50`] as const),
      ...fittingShares.map((percent) => [`head-${percent}`, `career-${percent}`] as const),
    ],
  },
  {
    name: 'routes',
    title: 'Ways to predict',
    question:
      'Which predicts best: a language model by its titles, a head on its hidden states, CAREER, or tables?',
    finding: 'A fine-tuned language model beats CAREER and the econometric baselines.',
    needsOtherPanel: false,
    arms: [
      fineTuned,
      arm('head', 'Head on the frozen language model', 'head'),
      career,
      arm('logit', 'Multinomial logit', 'logit'),
      arm('bag-of-jobs', 'Bag of jobs', 'bag-of-jobs'),
      arm('mixture', 'Mixture of transition tables', 'mixture'),
      arm('transitions', 'Transition table', 'transitions'),
      arm('average', 'Average of all of these', 'average'),
    ],
    contrasts: [
      ['fine-tuned', 'career'],
      ['head', 'fine-tuned'],
      ['head', 'career'],
      ['career', 'logit'],
      ['logit', 'transitions'],
      ['average', 'head'],
    ],
  },
];
