/** How the learning rate changes from step to step. */
export interface Schedule {
  /** The highest rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** Steps over which the rate rises linearly. */
  readonly warmupSteps: number;
  /** `linear` and `cosine` end at 0; `inverse-square-root` falls as 1 / √step (Vaswani et al. 2017). */
  readonly decay: 'linear' | 'cosine' | 'inverse-square-root' | 'constant';
}

/** The rate of a step; steps count from 1 to `totalSteps`. */
export function learningRate(
  step: number,
  totalSteps: number,
  { peak, warmupSteps, decay }: Schedule,
): number {
  const warmup = warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
  const done = Math.min(1, Math.max(0, step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  const factors = {
    linear: 1 - done,
    cosine: (1 + Math.cos(Math.PI * done)) / 2,
    'inverse-square-root': Math.sqrt(Math.max(1, warmupSteps) / Math.max(1, warmupSteps, step)),
    constant: 1,
  };
  return peak * warmup * factors[decay];
}
