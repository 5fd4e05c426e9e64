import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import { covariateFields, fieldWords, payFields, type StepField } from './stepFields.ts';

/** A career as integers, one entry a step. Only what is known before a step's occupation describes the step. */
export interface EncodedCareer {
  readonly personId: string;
  /** Position in the list; the list's length for an occupation outside of it. */
  readonly states: Int32Array;
  /** State of the step before; `list length + 1` at the first. */
  readonly previous: Int32Array;
  /** `[steps × fields]`: rows of one table that all fields share. */
  readonly covariates: Int32Array;
}

/** What a fitted model knows of each of its fields: the field's words in order. JSON-serialisable. */
export type FieldWords = Readonly<Partial<Record<StepField, readonly string[]>>>;

/** Turns careers into integers. A word that the training people did not have is the field's row 0: unknown. */
export class PanelEncoding {
  /** Rows of the fields' table. */
  readonly covariateRows: number;
  readonly #stateOf: ReadonlyMap<string, number>;
  readonly #firstRow: readonly number[];
  readonly #rowOf: readonly ReadonlyMap<string, number>[];

  constructor(
    readonly list: OccupationList,
    readonly words: FieldWords,
    /** What describes a step, in the order of its columns. */
    readonly fields: readonly StepField[] = covariateFields,
  ) {
    this.#stateOf = new Map(list.occupations.map(({ code }, state) => [code, state]));
    let rows = 0;
    this.#firstRow = fields.map((field) => {
      const first = rows;
      rows += (words[field]?.length ?? 0) + 1;
      return first;
    });
    this.#rowOf = fields.map(
      (field, i) => new Map(words[field]?.map((word, at) => [word, this.#firstRow[i] + 1 + at])),
    );
    this.covariateRows = rows;
  }

  /** The encoding of a training panel. Words are sorted, so that the order of people does not matter. */
  static of(
    people: readonly CareerHistory[],
    list: OccupationList,
    fields: readonly StepField[] = covariateFields,
  ): PanelEncoding {
    const seen = fields.map(() => new Set<string>());
    for (const person of people)
      for (const step of fieldWords(fields, person, list))
        step.forEach((word, i) => {
          if (word !== undefined) seen[i].add(word);
        });
    const words = Object.fromEntries(fields.map((field, i) => [field, [...seen[i]].sort()]));
    return new PanelEncoding(list, words, fields);
  }

  /** States a step's previous occupation can have: the list's, outside of it, none. */
  get previousStates(): number {
    return this.list.occupations.length + 2;
  }

  /** Whether anybody it was made of told what they were paid. */
  get knowsPay(): boolean {
    return payFields.some((field) => this.fields.includes(field) && (this.words[field]?.length ?? 0) > 0);
  }

  /** All steps of a career; with `next`, one more for the step that has no occupation yet. */
  encode(person: CareerHistory, next?: NextStep): EncodedCareer {
    const outside = this.list.occupations.length;
    const states = Int32Array.from(person.observations, ({ occupationCode }) =>
      occupationCode === null ? outside : (this.#stateOf.get(occupationCode) ?? outside),
    );
    const steps = states.length + (next ? 1 : 0);
    const previous = Int32Array.from({ length: steps }, (_, t) => (t === 0 ? outside + 1 : states[t - 1]));
    const words = fieldWords(this.fields, person, this.list, next);
    const covariates = Int32Array.from(words.flatMap((step) => step.map((word, i) => this.row(i, word))));
    return { personId: person.personId, states, previous, covariates };
  }

  /** The career of somebody who tells everything but what they were paid. */
  withoutPay(career: EncodedCareer): EncodedCareer {
    const covariates = career.covariates.slice();
    this.fields.forEach((field, column) => {
      if (!payFields.includes(field)) return;
      for (let at = column; at < covariates.length; at += this.fields.length)
        covariates[at] = this.row(column, undefined);
    });
    return { ...career, covariates };
  }

  /** The row of a word of the field in this column. */
  row(column: number, word: string | undefined): number {
    return (word === undefined ? undefined : this.#rowOf[column].get(word)) ?? this.#firstRow[column];
  }
}
