import type { CareerHistory, Observation } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';

/** A step to be predicted, with all that is known before its occupation is. */
interface KnownStep {
  readonly person: CareerHistory;
  readonly step: NextStep;
  /** Codes of the occupations before it, oldest first; null outside the list. */
  readonly past: readonly (string | null)[];
}

const nonWork: ReadonlySet<string> = new Set(['in_school', 'not_working']);
/** First lengths of the bands of times, in observations. */
const bandStarts = [1, 2, 3, 4, 5, 6, 8, 11, 15];

const banded = (length: number): string => String(bandStarts.findLast((start) => length >= start) ?? 0);
/** An occupation as a word; the absence of one, and any outside the list, are words, too. */
const wordOf = (code: string | null | undefined): string => (code === undefined ? '–' : (code ?? '?'));
const kindOf = (code: string | null | undefined): string =>
  typeof code === 'string' && !nonWork.has(code) ? 'work' : wordOf(code);

/** How many observations in a row the latest occupation has had. */
function runLength(past: readonly (string | null)[]): number {
  return past.length - 1 - past.findLastIndex((code) => code !== past.at(-1));
}

const ageOf = ({ person: { birthYear }, step }: KnownStep): number | undefined =>
  birthYear === undefined ? undefined : step.year - birthYear;
const before = ({ person, past }: KnownStep): Observation | undefined =>
  past.length === 0 ? undefined : person.observations[past.length - 1];

/** Pay of the NLSY97's people rose about so much a year beyond what their age explains. */
const payGrowth = 1.03;

/** A band of pay, in quarters of a doubling of dollars of 2000; what is next to nothing, or absurd, has bands of its own. */
function payBand(observation: Observation | undefined): string | undefined {
  if (observation?.hourlyWage === undefined) return undefined;
  const pay = observation.hourlyWage / payGrowth ** (observation.year - 2000);
  if (pay < 1) return 'least';
  return pay > 200 ? 'most' : String(Math.round(4 * Math.log2(pay)));
}

/** How pay changed from one observation to the next, in thirds of a doubling. */
function payChange(earlier: Observation | undefined, later: Observation | undefined): string | undefined {
  if (!earlier?.hourlyWage || !later?.hourlyWage) return undefined;
  const thirds = Math.round(3 * Math.log2(later.hourlyWage / earlier.hourlyWage));
  return String(Math.max(-4, Math.min(4, thirds)));
}

/** What may describe a step, each as a word; undefined where it is not known. */
const stepFields = {
  year: ({ step }) => String(step.year),
  education: ({ step }) => step.education ?? undefined,
  sex: ({ person }) => person.sex,
  raceEthnicity: ({ person }) => person.raceEthnicity,
  region: ({ person, step }) => step.region ?? person.region,
  birthYear: ({ person }) => (person.birthYear === undefined ? undefined : String(person.birthYear)),
  age: (known) => ageOf(known)?.toString(),
  /** The occupation before, and the latest other than it. */
  last: ({ past }) => wordOf(past.at(-1)),
  lastOther: ({ past }) => wordOf(past.findLast((code) => code !== past.at(-1))),
  /** The latest that was work: who studies, or does not work, may have been something. */
  lastWork: ({ past }) => wordOf(past.findLast((code) => code !== null && !nonWork.has(code))),
  yearsInLast: ({ past }) => `${kindOf(past.at(-1))} ${banded(runLength(past))}`,
  yearsInAll: ({ past }) => banded(past.length),
  gap: (known) => String(Math.min(4, known.step.year - (before(known)?.year ?? known.step.year))),
  educationChange: (known) => {
    const earlier = before(known);
    const isSame = earlier === undefined || earlier.education === known.step.education;
    return isSame ? '–' : `${earlier.education} → ${known.step.education}`;
  },
  ageByKind: (known) => `${ageOf(known)} ${kindOf(known.past.at(-1))}`,
  educationByKind: ({ step, past }) => `${step.education} ${kindOf(past.at(-1))}`,
  /** Pay in the observation before, the latest that is known, and how it last changed: never that of the step itself. */
  pay: (known) => payBand(before(known)),
  latestPay: ({ person, past }) =>
    payBand(person.observations.findLast((step, t) => t < past.length && step.hourlyWage !== undefined)),
  payChange: ({ person, past }) =>
    payChange(person.observations[past.length - 2], person.observations[past.length - 1]),
  educationBySex: ({ person, step }) => `${step.education} ${person.sex}`,
} as const satisfies Record<string, (known: KnownStep) => string | undefined>;

export type StepField = keyof typeof stepFields;
export const stepFieldNames = Object.keys(stepFields) as StepField[];

/** Covariates of CAREER (Vafa et al.), and birth year. */
export const covariateFields = [
  'year',
  'education',
  'sex',
  'raceEthnicity',
  'region',
  'birthYear',
] as const satisfies readonly StepField[];

/** What a career model may know of a step besides: how it came here. Chosen on the tuning people. */
export const pathFields = [
  ...covariateFields,
  'age',
  'lastOther',
  'lastWork',
  'yearsInLast',
  'gap',
  'educationChange',
  'educationByKind',
  'pay',
  'latestPay',
  'payChange',
] as const satisfies readonly StepField[];

/** What the multinomial logit knows of a step: all of it. */
export const logitFields: readonly StepField[] = stepFieldNames;

/** What the bag of jobs knows beside its counts. */
export const bagOfJobsFields = [...covariateFields, 'last'] as const satisfies readonly StepField[];

/** Fields that say what somebody was paid. */
export const payFields: readonly StepField[] = ['pay', 'latestPay', 'payChange'];

/** The field's word at every step of a career; with `next`, also at the step that has no occupation yet. */
export function fieldWords(
  fields: readonly StepField[],
  person: CareerHistory,
  list: OccupationList,
  next?: NextStep,
): (string | undefined)[][] {
  const known = new Set(list.occupations.map(({ code }) => code));
  const codes = person.observations.map(({ occupationCode: code }) =>
    code !== null && known.has(code) ? code : null,
  );
  const steps: readonly NextStep[] = next ? [...person.observations, next] : person.observations;
  return steps.map((step, t) => {
    const at = { person, step, past: codes.slice(0, t) };
    return fields.map((field) => stepFields[field](at));
  });
}
