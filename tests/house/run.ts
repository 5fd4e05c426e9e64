/**
 * `npm test`: types, svelte-check, lint, format, and the tests in Node, in Chromium, in Firefox where there is one, and
 * against the built app. The last line is the totals of all test runners; the exit code is 0 only when every step that
 * can be run here has passed. `--only types,lint` runs the steps whose names begin so.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../src/lab/projectRoot.ts';
import { missingFirefox } from '../browser/firefox.ts';
import { ensureChromium, ensureFirefox } from './browsers.ts';
import { type Step, steps } from './steps.ts';
import { failureLines, sumTotals, type Totals, totalsLine, totalsOf } from './totals.ts';

interface Outcome {
  step: Step;
  hasPassed: boolean;
  seconds: number;
  result?: TestResult;
}

interface TestResult {
  totals: Totals;
  failures: readonly string[];
}

function runStep(step: Step): Outcome {
  process.stdout.write(`\n=== ${step.name}\n`);
  const start = performance.now();
  if (step.report !== undefined) rmSync(`${projectRoot}/${step.report}`, { force: true });
  const { status } = spawnSync(step.command, step.arguments, {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const seconds = (performance.now() - start) / 1000;
  return {
    step,
    hasPassed: status === 0,
    seconds,
    result: step.report === undefined ? undefined : readResult(step.report),
  };
}

/** A runner that died before its report counts as one failure. */
function readResult(report: string): TestResult {
  try {
    const json: unknown = JSON.parse(readFileSync(`${projectRoot}/${report}`, 'utf8'));
    return {
      totals: totalsOf(json),
      failures: failureLines(json).map((line) => line.replace(`${projectRoot}/`, '')),
    };
  } catch {
    return { totals: { passed: 0, failed: 1, skipped: 0 }, failures: [`${report} was not written`] };
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',') ?? [''];
const chosen = steps.filter((step) => only.some((name) => step.name.startsWith(name)));
const needs = (browser: Step['needs']) => chosen.some((step) => step.needs === browser);
const hasChromium = !needs('chromium') || ensureChromium();
const hasFirefox = !needs('firefox') || ensureFirefox();
const isSkipped = (step: Step) => step.needs === 'firefox' && !hasFirefox;

const outcomes = chosen.filter((step) => !isSkipped(step)).map(runStep);
process.stdout.write('\n');
for (const { name } of chosen.filter(isSkipped)) process.stdout.write(`skipped ${name}: ${missingFirefox}\n`);
for (const { step, hasPassed, seconds } of outcomes) {
  process.stdout.write(`${hasPassed ? 'passed' : 'FAILED'}  ${step.name} (${seconds.toFixed(1)} s)\n`);
}
const results = outcomes.map((outcome) => outcome.result).filter((result) => result !== undefined);
for (const failure of results.flatMap((result) => result.failures))
  process.stdout.write(`FAILED  ${failure}\n`);
const totals = sumTotals(results.map((result) => result.totals));
process.stdout.write(`${totalsLine(totals)}\n`);
const isGreen = hasChromium && totals.failed === 0 && outcomes.every((outcome) => outcome.hasPassed);
process.exit(isGreen ? 0 : 1);
