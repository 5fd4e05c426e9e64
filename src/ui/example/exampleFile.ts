import * as v from 'valibot';
import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';

const education = v.nullable(v.string());
const year = v.pipe(v.number(), v.integer());

const careerHistory = v.object({
  personId: v.string(),
  population: v.string(),
  sex: v.exactOptional(v.string()),
  raceEthnicity: v.exactOptional(v.string()),
  region: v.exactOptional(v.string()),
  birthYear: v.exactOptional(year),
  observations: v.array(
    v.object({ year, education, occupationCode: v.nullable(v.string()), title: v.string() }),
  ),
});

const examplesFile = v.object({
  format: v.literal('onward-examples-1'),
  note: v.string(),
  examples: v.array(
    v.object({
      id: v.string(),
      label: v.string(),
      about: v.string(),
      history: careerHistory,
      next: v.object({ year, education }),
    }),
  ),
});

const answersFile = v.object({
  format: v.literal('onward-example-answers-1'),
  model: v.object({ name: v.string(), revision: v.string() }),
  list: v.string(),
  codes: v.array(v.string()),
  answers: v.array(
    v.object({
      example: v.string(),
      /** The whole prompt: the answer is shown only with exactly this text. */
      prompt: v.string(),
      /** Raw probabilities, in the order of `codes`. */
      raw: v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    }),
  ),
});

/** A made-up career to begin with. */
export interface Example {
  id: string;
  label: string;
  about: string;
  history: CareerHistory;
  next: NextStep;
}

/** `public/examples/answers.json`: what the shipped model said about the examples when the site was made. */
export type ExampleAnswers = v.InferOutput<typeof answersFile>;

/** `public/examples/examples.json`. Throws a `ValiError` where the file has another shape. */
export function parseExamples(json: unknown): Example[] {
  return v.parse(examplesFile, json).examples;
}

/** Throws a `ValiError` where the file has another shape, or an answer lacks a probability. */
export function parseExampleAnswers(json: unknown): ExampleAnswers {
  const complete = v.pipe(
    answersFile,
    v.check(
      ({ codes, answers }) => answers.every(({ raw }) => raw.length === codes.length),
      'an answer is incomplete',
    ),
  );
  return v.parse(complete, json);
}
