import { expect, it } from 'vitest';
import { sumTotals, totalsLine, totalsOf } from './totals.ts';

const counts = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };

it('totals add up over reports', () => {
  const failedTest = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
  const report = totalsOf({ ...counts, testResults: [failedTest] });
  expect(report).toEqual({ passed: 3, failed: 1, skipped: 3 });
  expect(totalsLine(sumTotals([report, report]))).toBe('6 passed, 2 failed, 6 skipped');
});

it('a file that broke before its tests counts as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  expect(totalsOf({ ...counts, numFailedTests: 0, testResults: [broken] }).failed).toBe(1);
});

it('an empty sum is all zero', () => {
  expect(totalsLine(sumTotals([]))).toBe('0 passed, 0 failed, 0 skipped');
});
