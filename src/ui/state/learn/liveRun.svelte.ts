import type { ExampleAnswer, RunEvent, RunSummary } from '../../../worker/index.ts';
import { shorterTrace, type TracePoint } from '../../learn/train/trace.ts';

type StepEvent = Extract<RunEvent, { kind: 'step' }>;
type PreparingEvent = Extract<RunEvent, { kind: 'preparing' }>;

/** What a run tells while it is at work in this tab: newest figures, the curve, and one person's distribution. */
export class LiveRun {
  preparing = $state.raw<PreparingEvent | null>(null);
  /** Figures of the last steps; null before the first and after it stands. */
  last = $state.raw<StepEvent | null>(null);
  /** Mean loss of the steps, over epochs. */
  trace = $state.raw<readonly TracePoint[]>([]);
  epochs = $state.raw<RunSummary['epochs']>([]);
  example = $state.raw<ExampleAnswer | null>(null);
  /** What the model gave the occupation that really came, epoch by epoch. */
  observedProbs = $state.raw<readonly { epoch: number; probability: number }[]>([]);
  /** Perplexity of the tuning people before the first step; null until it is measured. */
  untrained = $state<number | null>(null);
  keptAt = $state<number | null>(null);
  notKept = $state.raw<RunSummary['notKept']>(null);
  readonly #plannedEpochs: number;

  constructor(run: RunSummary) {
    this.#plannedEpochs = Number(run.settings.epochs);
    this.epochs = run.epochs;
    this.untrained = run.untrainedPerplexity ?? null;
    this.keptAt = run.keptAt;
    this.notKept = run.notKept;
  }

  tell(event: RunEvent): void {
    switch (event.kind) {
      case 'preparing':
        this.preparing = event;
        return;
      case 'untrained':
        this.untrained = event.perplexity;
        return;
      case 'step':
        this.#stepped(event);
        return;
      case 'epoch':
        this.#epochEnded(event);
        return;
      case 'kept':
        this.keptAt = event.at;
        this.notKept = null;
        return;
      case 'not-kept':
        this.notKept = { code: event.code, message: event.message };
    }
  }

  /** The run stands: what it said about its speed is over. A worker that died may not have told of its last epoch. */
  stand(run: RunSummary | null): void {
    this.preparing = null;
    this.last = null;
    if (run && run.epochs.length > this.epochs.length) this.epochs = run.epochs;
  }

  #stepped(event: StepEvent): void {
    this.preparing = null;
    this.last = event;
    const epochs = (event.step / Math.max(1, event.totalSteps)) * this.#plannedEpochs;
    // A run that goes on from its checkpoint after an accident repeats some steps.
    const before = this.trace.filter((point) => point.epochs < epochs);
    this.trace = shorterTrace([...before, { epochs, loss: event.loss }]);
  }

  #epochEnded({ epoch, trainingPerplexity, tuningPerplexity, example }: RunEvent & { kind: 'epoch' }): void {
    const earlier = this.epochs.filter((figures) => figures.epoch < epoch);
    this.epochs = [...earlier, { epoch, trainingPerplexity, tuningPerplexity }];
    if (!example) return;
    this.example = example;
    if (example.observed === null) return;
    const probability = example.probabilities[example.observed] ?? 0;
    const before = this.observedProbs.filter((point) => point.epoch < epoch);
    this.observedProbs = [...before, { epoch, probability }];
  }
}
