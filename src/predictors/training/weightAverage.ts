/** Steps between two updates: the parameters then leave the GPU where they live there. */
export const stepsBetweenUpdates = 8;

/**
 * Draws an exponential moving average of theta (Polyak and Juditsky 1992) on; called every `stepsBetweenUpdates` steps.
 * `decay` is per step. The first updates forget faster, so that a short run is not held back by where it began.
 */
export function drawOn(average: Float32Array, theta: Float32Array, decay: number, step: number): void {
  const updates = step / stepsBetweenUpdates;
  const kept = Math.min(decay ** stepsBetweenUpdates, (1 + updates) / (10 + updates));
  for (let i = 0; i < theta.length; i++) average[i] = kept * average[i] + (1 - kept) * theta[i];
}
