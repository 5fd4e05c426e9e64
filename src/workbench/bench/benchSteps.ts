import type { TimingPlan } from '../../lm/index.ts';
import { Progress } from '../../platform/index.ts';
import type { BenchProgress } from '../benchReport/benchContract.ts';

/** Time after which no further run of a step begins. */
const stepMs = 4000;

/** The steps of a measurement as one bar, each as long as the others. */
export class BenchSteps {
  readonly #progress: Progress;
  #part: BenchProgress['part'] = 'limits';

  constructor(
    steps: number,
    private readonly runs: number,
    onProgress: (progress: BenchProgress) => void,
    private readonly pause: () => Promise<void>,
  ) {
    this.#progress = new Progress(steps, (done, total) =>
      onProgress({ part: this.#part, fraction: done / total }),
    );
  }

  /** The next step; the bar moves with its runs. Throws what the work throws, and what `pause` throws. */
  async take<T>(part: BenchProgress['part'], work: (plan: TimingPlan) => Promise<T>): Promise<T> {
    this.#part = part;
    await this.pause();
    const own = this.#progress.part(1, 1);
    const afterRun = async (share: number): Promise<void> => {
      own.to(share);
      await this.pause();
    };
    const result = await work({ runs: this.runs, budgetMs: stepMs, afterRun });
    own.complete();
    return result;
  }

  /** A step that is left out is done. */
  skip(part: BenchProgress['part']): Promise<void> {
    return this.take(part, () => Promise.resolve());
  }
}
