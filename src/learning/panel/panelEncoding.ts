import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';

/** A career as integers, one entry a step. Only what is known before a step's occupation describes the step. */
export interface EncodedCareer {
  readonly personId: string;
  /** Position in the list; the list's length for an occupation outside of it. */
  readonly states: Int32Array;
  /** State of the step before; `list length + 1` at the first. */
  readonly previous: Int32Array;
  /** `[steps × fields]`: rows of one table that all covariates share. */
  readonly covariates: Int32Array;
}

/** Covariates of a step, in the order of their columns. Those of CAREER (Vafa et al.), and birth year. */
export const covariateFields = ['year', 'education', 'sex', 'raceEthnicity', 'region', 'birthYear'] as const;
type CovariateField = (typeof covariateFields)[number];

/** What a fitted model knows of each field: its values in order. JSON-serialisable. */
export type CovariateWords = Readonly<Record<CovariateField, readonly string[]>>;

/** Turns careers into integers. A value that the training people did not have is the field's row 0: unknown. */
export class PanelEncoding {
  /** Rows of the covariates' table. */
  readonly covariateRows: number;
  readonly #stateOf: ReadonlyMap<string, number>;
  readonly #rowOf: readonly ReadonlyMap<string, number>[];
  readonly #firstRow: readonly number[];

  constructor(
    readonly list: OccupationList,
    readonly words: CovariateWords,
    /** Fields that the model may use; the others are always unknown to it. */
    readonly usedFields: readonly CovariateField[] = covariateFields,
  ) {
    this.#stateOf = new Map(list.occupations.map(({ code }, state) => [code, state]));
    let rows = 0;
    this.#firstRow = covariateFields.map((field) => {
      const first = rows;
      rows += words[field].length + 1;
      return first;
    });
    this.#rowOf = covariateFields.map(
      (field, i) => new Map(words[field].map((word, at) => [word, this.#firstRow[i] + 1 + at])),
    );
    this.covariateRows = rows;
  }

  /** The encoding of a training panel. Words are sorted, so that the order of people does not matter. */
  static of(
    people: readonly CareerHistory[],
    list: OccupationList,
    usedFields: readonly CovariateField[] = covariateFields,
  ): PanelEncoding {
    const seen = new Map(covariateFields.map((field) => [field, new Set<string>()]));
    for (const person of people)
      for (const observation of person.observations)
        for (const field of covariateFields) {
          const value = fieldValue(field, person, observation);
          if (value !== undefined) seen.get(field)?.add(value);
        }
    const words = Object.fromEntries([...seen].map(([field, values]) => [field, [...values].sort()]));
    return new PanelEncoding(list, words as Record<CovariateField, string[]>, usedFields);
  }

  /** States a step's previous occupation can have: the list's, outside of it, none. */
  get previousStates(): number {
    return this.list.occupations.length + 2;
  }

  /** All steps of a career; with `next`, one more for the step that has no occupation yet. */
  encode(person: CareerHistory, next?: NextStep): EncodedCareer {
    const outside = this.list.occupations.length;
    const states = Int32Array.from(person.observations, ({ occupationCode }) =>
      occupationCode === null ? outside : (this.#stateOf.get(occupationCode) ?? outside),
    );
    const steps: readonly NextStep[] = next ? [...person.observations, next] : person.observations;
    const previous = Int32Array.from(steps, (_, t) => (t === 0 ? outside + 1 : states[t - 1]));
    const covariates = Int32Array.from(steps.flatMap((step) => this.#covariates(person, step)));
    return { personId: person.personId, states, previous, covariates };
  }

  #covariates(person: CareerHistory, step: NextStep): number[] {
    return covariateFields.map((field, i) => {
      const value = this.usedFields.includes(field) ? fieldValue(field, person, step) : undefined;
      return (value === undefined ? undefined : this.#rowOf[i].get(value)) ?? this.#firstRow[i];
    });
  }
}

function fieldValue(field: CovariateField, person: CareerHistory, step: NextStep): string | undefined {
  const values: Record<CovariateField, string | undefined> = {
    year: String(step.year),
    education: step.education ?? undefined,
    sex: person.sex,
    raceEthnicity: person.raceEthnicity,
    region: step.region ?? person.region,
    birthYear: person.birthYear === undefined ? undefined : String(person.birthYear),
  };
  return values[field];
}
