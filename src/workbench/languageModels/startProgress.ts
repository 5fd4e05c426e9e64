import type { ModelProgress } from '../../predictors/language/index.ts';

type Phase = ModelProgress['phase'];

/**
 * Where each phase lies on the bar. Probing fetches the runtime's own code (14 or 27 MB); loading is the weights, from
 * the network or from the store; compiling tries every form of the weights that may be fastest here.
 */
const spans: Record<Phase, readonly [start: number, end: number]> = {
  probing: [0, 0.3],
  downloading: [0.3, 0.6],
  verifying: [0.3, 0.6],
  compiling: [0.6, 0.99],
  ready: [1, 1],
};

/** One bar over all phases of a start. Its fraction never goes back and is 1 exactly when the phase is `ready`. */
export class StartProgress {
  #fraction = 0;

  constructor(private readonly report: (progress: ModelProgress) => void) {}

  /** `part` of the phase is done, in [0, 1]. `bytes` of weights, where they are what is counted. */
  to(phase: Phase, part: number, bytes?: { loadedBytes: number; totalBytes: number }): void {
    const [start, end] = spans[phase];
    this.#fraction = Math.max(this.#fraction, start + (end - start) * Math.min(1, Math.max(0, part)));
    this.report({ phase, fraction: this.#fraction, ...bytes });
  }
}
