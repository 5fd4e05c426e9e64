import { expect, it } from 'vitest';
import { failureLines, sumTotals, totalsLine, totalsOf } from './totals.ts';

const counts = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

const failedFile = {
  name: 'tests/a.test.ts',
  status: 'failed',
  message: '',
  assertionResults: [
    { fullName: 'adds', status: 'passed', failureMessages: [] },
    {
      fullName: 'rank counts',
      status: 'failed',
      failureMessages: [
        '\u001b[31mAssertionError\u001b[39m: expected 1\nto be 2\n    at tests/a.test.ts:4:9',
      ],
    },
  ],
};
const brokenFile = {
  name: 'tests/b.test.ts',
  status: 'failed',
  message: 'Cannot find module',
  assertionResults: [],
};

it('totals add up over reports', () => {
  const report = totalsOf({ ...counts, testResults: [failedFile] });
  expect(report).toEqual({ passed: 3, failed: 1, skipped: 3 });
  expect(totalsLine(sumTotals([report, report]))).toBe('6 passed, 2 failed, 6 skipped');
});

it('a file that broke before its tests counts as a failure', () => {
  expect(totalsOf({ ...counts, numFailedTests: 0, testResults: [brokenFile] }).failed).toBe(1);
});

it('each failure is named in one line with the beginning of its message', () => {
  expect(failureLines({ ...counts, testResults: [failedFile, brokenFile] })).toEqual([
    'tests/a.test.ts > rank counts: AssertionError: expected 1 to be 2',
    'tests/b.test.ts: Cannot find module',
  ]);
});

it('an empty sum is all zero', () => {
  expect(totalsLine(sumTotals([]))).toBe('0 passed, 0 failed, 0 skipped');
});
