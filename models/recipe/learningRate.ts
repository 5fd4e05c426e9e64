import type { Phase } from './settings.ts';

/** Linear warm-up over `warmupSteps`, then linear decay to 0 at `totalSteps`. `step` counts from 1 in its phase. */
export function learningRate(step: number, totalSteps: number, phase: Phase): number {
  const { learningRate: peak, warmupSteps } = phase;
  const warmup = Math.min(1, step / warmupSteps);
  const remaining = Math.max(0, totalSteps - step) / Math.max(1, totalSteps - warmupSteps);
  return peak * Math.min(warmup, remaining);
}
