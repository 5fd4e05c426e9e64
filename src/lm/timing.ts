/** Times of several runs of one piece of work, in milliseconds. */
export interface Timing {
  readonly medianMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** Runs that count; the first, which compiles, does not. */
  readonly runs: number;
}

export interface TimingPlan {
  /** Runs that count, where time allows. */
  readonly runs: number;
  /** After so long no further run begins, once `leastRuns` (1 where nothing is said) are done. */
  readonly budgetMs: number;
  readonly leastRuns?: number;
  /** Not even for the least number of runs. */
  readonly mostMs?: number;
  /** After each run: share of the runs that are done. May throw, to stop. */
  readonly afterRun?: (share: number) => Promise<void> | void;
}

/** Runs the work once for nothing, then as often as the plan says, at least once. Throws what the work throws. */
export async function timed(work: () => Promise<unknown>, plan: TimingPlan): Promise<Timing> {
  const { runs, budgetMs, leastRuns = 1, mostMs = budgetMs, afterRun = () => undefined } = plan;
  await work();
  await afterRun(1 / (runs + 1));
  const times: number[] = [];
  const started = performance.now();
  while (times.length < runs) {
    const spent = performance.now() - started;
    if (times.length > 0 && spent >= (times.length < leastRuns ? mostMs : budgetMs)) break;
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
    await afterRun((times.length + 1) / (runs + 1));
  }
  return timingOf(times);
}

/** Median and extremes of times; at least one. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    medianMs: (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2,
    leastMs: sorted[0],
    mostMs: sorted[sorted.length - 1],
    runs: sorted.length,
  };
}
