/**
 * A training run whose worker is killed again and again, at seeded random moments of steps and saves, must end in the bytes
 * of an undisturbed one:
 *   npm run faults:resume -- [--cycles 1000] [--seed 1]
 * The app's own runs and storage, on onnxruntime-node and an IndexedDB in memory. The cycles are shared by CAREER, the
 * logit and the bag of jobs. Prints one JSON object; the exit code is 1 where any run ended in other bytes.
 */
import 'fake-indexeddb/auto';
import { parseArgs } from 'node:util';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { type QuickKind, resumeCycles, type ResumeReport } from './resumeCycles.ts';

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const kinds: readonly QuickKind[] = ['career', 'logit', 'bag-of-jobs'];
const cycles = Math.ceil(Number(values.cycles) / kinds.length);
const seed = Number(values.seed);

const started = performance.now();
const resources = await shippedResources();
const reports: ResumeReport[] = [];
for (const kind of kinds) reports.push(await resumeCycles(resources, { cycles, seed, kind }));
const seconds = Math.round((performance.now() - started) / 100) / 10;
const total = reports.reduce((sum, report) => sum + report.cycles, 0);
const differing = reports.reduce((sum, report) => sum + report.differing, 0);
process.stdout.write(`${JSON.stringify({ cycles: total, differing, seconds, seed, reports }, null, 1)}\n`);
process.exit(differing === 0 ? 0 : 1);
