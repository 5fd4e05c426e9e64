import { AppError } from '../../src/platform/index.ts';
import type { PanelSummary } from '../../src/storage/learningRows.ts';
import type { LearningEvent, LearningHostCalls, LearningSetUp } from '../../src/worker/learningWire.ts';
import type { RunSummary } from '../../src/workbench/runs/runContract.ts';
import type { Powers } from './scriptedHost.ts';

type Scripted =
  'hello' | 'ping' | 'abort' | 'setUp' | 'addPanel' | 'renamePanel' | 'deletePanel' | 'trainRun';

/** What workers before this one left on the disk, and what they were told. */
export interface Disk {
  step: number;
  setUps: LearningSetUp[];
  asked: { life: number; isAgain: boolean | undefined }[];
}

/** A run has this many steps. */
export const lastStep = 6;

/**
 * The boundary of a training worker without training: a run counts steps on a `Disk`. Its id says what befalls the worker
 * after each step: `die`, `die-unkept` = before the step is kept, `lose`, `ok`.
 */
export function scriptedLearningHost(
  disk: Disk,
  life: number,
  { die, holdLock }: Powers,
): Pick<LearningHostCalls, Scripted> {
  let emit: (event: LearningEvent) => void = () => undefined;
  const forever = new Promise<never>(() => undefined);
  return {
    async hello(lockName, onEvent) {
      await holdLock(lockName);
      emit = onEvent;
    },
    ping: () => Promise.resolve(),
    abort: () => Promise.resolve(),
    setUp(_, setUp) {
      disk.setUps.push(setUp);
      return Promise.resolve(null);
    },
    addPanel: (_, { name }) => Promise.resolve({ id: `panel of ${name}`, name } as PanelSummary),
    renamePanel: () => Promise.resolve(),
    deletePanel: () => Promise.resolve(),
    async trainRun(callId, id, { isAgain } = {}) {
      disk.asked.push({ life, isAgain });
      while (disk.step < lastStep) {
        if (id === 'lose' && disk.setUps.at(-1)?.preference !== 'wasm')
          throw new AppError('device-lost', 'the device was lost');
        if (id === 'die-unkept') {
          die();
          return forever;
        }
        disk.step++;
        emit({ callId, run: { kind: 'kept', step: disk.step, at: 0 } });
        // The event crosses before the end.
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (id === 'die') {
          die();
          return forever;
        }
      }
      return { id, step: disk.step, phase: 'finished' } as RunSummary;
    },
  };
}
