import { TrainingRun } from '../../predictors/training/index.ts';
import { throwIfAborted, type Turns } from '../../platform/index.ts';
import type { AdapterToKeep, EpochFigures, Store, StoredSettings } from '../../storage/index.ts';
import type { ArmProgress } from './experimentContract.ts';
import { type LearningResources, type OpenPanel, prepareRun } from '../../predictors/models.ts';
import { epochFigures } from '../runs/checkpoints.ts';
import { newRun } from '../runs/newRun.ts';
import { RunSpeed } from '../runs/runSpeed.ts';

export type Doing = Omit<ArmProgress, 'arm' | 'index' | 'arms'>;

export interface ArmPlace {
  readonly store: Store;
  readonly resources: LearningResources;
  readonly turns: Turns;
}

export interface TrainedArm {
  kept: AdapterToKeep;
  epochs: readonly EpochFigures[];
  /** From the first career read to the last step, waiting for others' turns included. */
  seconds: number;
}

/**
 * Trains from beginning to end, each step in its turn, and keeps the state of the best epoch; nothing is stored. Throws
 * `aborted`, `diverged`, and what preparing throws.
 */
export async function trainArm(
  name: string,
  settings: StoredSettings,
  panel: OpenPanel,
  { store, resources, turns }: ArmPlace,
  { tell, signal }: { tell: (doing: Doing) => void; signal: AbortSignal },
): Promise<TrainedArm> {
  const started = performance.now();
  const run = newRun(panel.row, { name, settings });
  const prepared = await turns.take(() =>
    prepareRun(run, panel, {
      resources,
      store,
      signal,
      tell: ({ done, total }) => {
        tell({ doing: 'reading', done, total, epoch: null, secondsLeft: null });
      },
    }),
  );
  const training = new TrainingRun(prepared.task, prepared.training, await resources.runner(signal));
  const events = training.events();
  const speed = new RunSpeed();
  try {
    for (;;) {
      throwIfAborted(signal);
      const { value, done } = await turns.take(() => events.next());
      if (done || !value) break;
      if (value.kind !== 'step') continue;
      const { step, totalSteps, epoch, loss, examples } = value;
      speed.add(loss, examples);
      if (!speed.isDue) continue;
      const { secondsLeft } = speed.told(totalSteps - step);
      tell({ doing: 'training', done: step, total: totalSteps, epoch, secondsLeft });
    }
    const state = await training.checkpoint();
    const epochs = epochFigures(state);
    const kept = await prepared.adapter({ ...run, epochs }, state.best);
    return { kept, epochs, seconds: (performance.now() - started) / 1000 };
  } finally {
    training.dispose();
  }
}
