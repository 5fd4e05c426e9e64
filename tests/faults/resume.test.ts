import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { resumeCycles } from './resumeCycles.ts';

it('a run whose worker is killed at random moments of steps and saves ends in the same bytes', async () => {
  const report = await resumeCycles(await shippedResources(), { cycles: 12, seed: 7, kind: 'career' });
  expect(report.cycles).toBeGreaterThanOrEqual(12);
  expect(report.runs).toBeGreaterThan(0);
  expect(report.differing).toBe(0);
  expect(
    report.killed['in a save'] + report.killed['before a step'] + report.killed['after a step'],
  ).toBeGreaterThan(0);
});
