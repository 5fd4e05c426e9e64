import { diverged } from './divergence.ts';
import type { GraphRunner } from './graphRunner.ts';
import { learningRate } from './schedule.ts';
import { OptimizerSteps } from './optimizerSteps.ts';
import { answeringTheta, initialState, type TrainingState } from './trainingState.ts';
import type { TrainingSettings, TrainingTask } from './trainingTask.ts';
import { drawOn, stepsBetweenUpdates } from './weightAverage.ts';

/** What a run reports: after every step, and after every epoch the tuning people. */
export type TrainingEvent =
  | {
      kind: 'step';
      step: number;
      totalSteps: number;
      epoch: number;
      loss: number;
      rate: number;
      examples: number;
    }
  | { kind: 'epoch'; epoch: number; trainingLoss: number; tuningNll: number; isBest: boolean };

/**
 * A training run that its consumer drives: each `next()` of `events` does one step, so pausing is not asking.
 * It ends after the last epoch, or when the tuning people have not been predicted better for `patience` epochs.
 */
export class TrainingRun {
  readonly totalSteps: number;
  readonly #steps: OptimizerSteps;

  constructor(
    readonly task: TrainingTask,
    readonly settings: TrainingSettings,
    private readonly runner: GraphRunner,
    private readonly state: TrainingState = initialState(task.initialTheta(), (settings.averaging ?? 0) > 0),
  ) {
    this.totalSteps = settings.epochs * task.stepsPerEpoch;
    this.#steps = new OptimizerSteps(task, runner, state);
  }

  /** Steps that it has behind it. */
  get step(): number {
    return this.state.step;
  }

  /** Why it goes no further; null while it does. The last planned epoch counts as such, whatever it brought. */
  get ending(): 'epochs' | 'patience' | null {
    const { epochs, patience } = this.settings;
    const { tuningNlls } = this.state;
    if (tuningNlls.length >= epochs) return 'epochs';
    return isOver(tuningNlls, patience) ? 'patience' : null;
  }

  /** Throws AppError `diverged` where a loss or the tuning nll is no number; the last good state still stands. */
  async *events(): AsyncGenerator<TrainingEvent, void, void> {
    const { task, settings, state } = this;
    while (this.ending === null) {
      const epoch = state.tuningNlls.length;
      const batches = task.epoch(epoch);
      for (const batch of batches.slice(state.step - epoch * task.stepsPerEpoch)) {
        const rate = learningRate(state.step + 1, this.totalSteps, settings.schedule);
        const loss = await this.#steps.step(batch, rate);
        const { step } = state;
        if (state.average && step % stepsBetweenUpdates === 0)
          drawOn(state.average, await this.#steps.theta(), settings.averaging ?? 0, step);
        yield {
          kind: 'step',
          step,
          totalSteps: this.totalSteps,
          epoch,
          loss,
          rate,
          examples: batch.examples,
        };
      }
      yield await this.#endEpoch(epoch);
    }
  }

  /** The state in plain memory, to be kept; theta and the moments are copied from the GPU where they live there. */
  async checkpoint(): Promise<TrainingState> {
    await this.#steps.download();
    return this.state;
  }

  dispose(): void {
    this.#steps.dispose();
  }

  async #endEpoch(epoch: number): Promise<TrainingEvent> {
    const { state } = this;
    await this.#steps.download();
    const answering = answeringTheta(state);
    const tuningNll = await this.task.tuningNll(answering, this.runner);
    if (!Number.isFinite(tuningNll)) throw diverged(state.step, 'the tuning perplexity', tuningNll);
    const isBest = state.tuningNlls.every((nll) => tuningNll < nll);
    if (isBest) state.best = answering.slice();
    const trainingLoss = state.epochLoss.sum / Math.max(1, state.epochLoss.steps);
    state.tuningNlls.push(tuningNll);
    state.trainingLosses.push(trainingLoss);
    state.epochLoss = { sum: 0, steps: 0 };
    return { kind: 'epoch', epoch, trainingLoss, tuningNll, isBest };
  }
}

/** Whether the last epochs have all been worse than the best. */
export function isOver(tuningNlls: readonly number[], patience: number): boolean {
  const bestEpoch = tuningNlls.indexOf(Math.min(...tuningNlls));
  return tuningNlls.length - 1 - bestEpoch >= patience;
}
