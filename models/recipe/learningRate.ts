import type { Settings } from './settings.ts';

/** Linear warm-up over `warmupSteps`, then linear decay to 0 at `totalSteps`. `step` counts from 1. */
export function learningRate(step: number, totalSteps: number, settings: Settings): number {
  const { learningRate: peak, warmupSteps } = settings;
  const warmup = Math.min(1, step / warmupSteps);
  const remaining = Math.max(0, totalSteps - step) / Math.max(1, totalSteps - warmupSteps);
  return peak * Math.min(warmup, remaining);
}
