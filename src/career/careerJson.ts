import * as v from 'valibot';
import type { CareerHistory } from './history.ts';
import { importLimits, yearRange } from './limits.ts';
import type { ProblemList } from './problem.ts';
import { careerProblems } from './validation.ts';

/** Names the format inside the file, so that it is recognised by its content. */
export const careerJsonFormat = 'onward-careers';
export const careerJsonVersion = 1;

const text = v.pipe(v.string(), v.maxLength(importLimits.titleLength));
const year = v.pipe(v.number(), v.integer(), v.minValue(yearRange.first), v.maxValue(yearRange.last));

/** Passed through as it is: valibot's own `record` drops keys such as `constructor`. */
const extra = v.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((cell) => typeof cell === 'string'),
  'must hold texts only',
);

const observation = v.strictObject({
  year,
  education: v.nullable(text),
  occupationCode: v.nullable(text),
  title: text,
  region: v.exactOptional(text),
  hourlyWage: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(importLimits.hourlyWage))),
  extra: v.exactOptional(extra),
});

const career = v.strictObject({
  personId: text,
  population: text,
  sex: v.exactOptional(text),
  raceEthnicity: v.exactOptional(text),
  region: v.exactOptional(text),
  birthYear: v.exactOptional(year),
  observations: v.pipe(v.array(observation), v.maxLength(importLimits.recordsPerPerson)),
});

/** Careers as our own JSON, version 1. `readCareerJson` gives back exactly the same careers. */
export function formatCareerJson(careers: readonly CareerHistory[]): string {
  return `${JSON.stringify({ format: careerJsonFormat, version: careerJsonVersion, careers }, null, 2)}\n`;
}

/**
 * Careers of our own JSON. A career with errors is left out and told; `column` is the JSON path, `row` the
 * 1-based number of the observation within its career.
 */
export function readCareerJson(json: string, presentYear: number, problems: ProblemList): CareerHistory[] {
  const entries = careerEntries(json, problems);
  const careers: CareerHistory[] = [];
  const ids = new Set<string>();
  entries.forEach((entry, i) => {
    const parsed = v.safeParse(career, entry);
    if (!parsed.success) {
      for (const issue of parsed.issues) {
        problems.add({
          severity: 'error',
          column: [`careers[${i}]`, v.getDotPath(issue)].filter(Boolean).join('.'),
          message: issue.message,
          advice: 'Correct the value, or save the careers again from Onward.',
        });
      }
      return;
    }
    const found = careerProblems(parsed.output, presentYear);
    if (ids.has(parsed.output.personId)) {
      found.push({
        severity: 'error',
        column: 'personId',
        message: 'Two careers have the same personId.',
        advice: 'Give each person an identity of their own.',
      });
    }
    ids.add(parsed.output.personId);
    for (const problem of found) {
      const path = problem.row === undefined ? '' : `.observations[${problem.row - 1}]`;
      problems.add({ ...problem, column: `careers[${i}]${path}.${problem.column ?? 'observations'}` });
    }
    if (found.every((problem) => problem.severity !== 'error')) careers.push(parsed.output);
  });
  return careers;
}

function careerEntries(json: string, problems: ProblemList): readonly unknown[] {
  const refuse = (message: string, advice: string): readonly unknown[] => {
    problems.add({ severity: 'error', message, advice });
    return [];
  };
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
    return refuse(`The file is no valid JSON: ${reason}`, 'Check that it was saved completely.');
  }
  const envelope = v.safeParse(
    v.object({ format: v.literal(careerJsonFormat), version: v.number() }),
    document,
  );
  if (!envelope.success) {
    return refuse(
      'The JSON does not say that it holds careers.',
      'Use a file saved by Onward, or a CSV table.',
    );
  }
  if (envelope.output.version !== careerJsonVersion) {
    return refuse(
      `The careers are in version ${envelope.output.version} of the format; this app reads version ${careerJsonVersion}.`,
      'Update Onward, or save the file again from the version that wrote it.',
    );
  }
  const body = v.safeParse(v.object({ careers: v.array(v.unknown()) }), document);
  return body.success
    ? body.output.careers
    : refuse('The JSON holds no list of careers.', 'Save it again from Onward.');
}
