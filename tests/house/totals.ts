import { stripVTControlCharacters } from 'node:util';
import * as v from 'valibot';

/** The part of Vitest's JSON report that the totals need. */
const report = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({
          fullName: v.string(),
          status: v.string(),
          failureMessages: v.optional(v.nullable(v.array(v.string()))),
        }),
      ),
    }),
  ),
});

type TestFile = v.InferOutput<typeof report>['testResults'][number];

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** A file that failed before, or beside, any of its tests. */
function isBroken({ status, assertionResults }: TestFile): boolean {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

/** Totals of one report. A file that failed before any of its tests could counts as one failure. */
export function totalsOf(json: unknown): Totals {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = v.parse(
    report,
    json,
  );
  const brokenFiles = testResults.filter(isBroken).length;
  return {
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles,
    skipped: numPendingTests + numTodoTests,
  };
}

/** The beginning of a message: whoever reads the end of a long log only still learns what went wrong. */
function beginning(message: string): string {
  const maxLength = 300;
  const [first = ''] = stripVTControlCharacters(message)
    .trim()
    .split(/\n\s*(?:at |$)/m);
  return first.replaceAll(/\s+/g, ' ').slice(0, maxLength);
}

/** One line for each failed test of a report and each broken file: where, which, and how its message begins. */
export function failureLines(json: unknown): string[] {
  return v.parse(report, json).testResults.flatMap((file) => {
    if (isBroken(file)) return [`${file.name}: ${beginning(file.message)}`];
    return file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file.name} > ${test.fullName}: ${beginning(test.failureMessages?.[0] ?? '')}`);
  });
}

export function sumTotals(parts: readonly Totals[]): Totals {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of parts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
