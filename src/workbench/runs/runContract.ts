/**
 * What is told about training runs. Types only.
 */
import type { ErrorCode } from '../../platform/index.ts';
import type { ExampleAnswer, Preparing } from '../../predictors/index.ts';
import type { EpochFigures, RunRow, StoredSettings } from '../../storage/index.ts';

/**
 * - `ready`: not begun. `training`: at work in this tab. `paused`: stands in this tab, all in memory.
 * - `interrupted`: its tab was closed, or its worker or device was lost; `trainRun` goes on from the last checkpoint.
 * - `elsewhere`: open in another tab.
 * - `finished`: came to its end, or no better for `patience` epochs. `stopped`: by the person. Both have an adapter.
 * - `failed`: diverged, or could not go on; `reason` says why, the last good state is kept (`hasAdapter`).
 */
export type RunPhase =
  'ready' | 'training' | 'paused' | 'interrupted' | 'elsewhere' | 'finished' | 'stopped' | 'failed';

/** A row of the table of runs. */
export interface RunSummary {
  id: string;
  name: string;
  notes: string;
  settings: StoredSettings;
  panel: { id: string; name: string; fittingPeople: number; tuningPeople: number };
  /** Whether the panel is in memory, stored, or synthetic, so that the run can go on without asking. */
  hasPanel: boolean;
  phase: RunPhase;
  /** Why it failed, in words. */
  reason: string | null;
  /** Why it finished; absent where it did not, or an earlier release trained it. */
  ending?: RunRow['ending'];
  step: number;
  /** 0 until the run has been prepared for the first time. */
  totalSteps: number;
  epochs: readonly EpochFigures[];
  /** Perplexity of the tuning people before the first step; absent until it is measured. */
  untrainedPerplexity?: number;
  /** Epoch with the lowest tuning perplexity; null before the first. */
  bestEpoch: number | null;
  /** Time spent on steps and tuning, in seconds. */
  seconds: number;
  hasAdapter: boolean;
  createdAt: number;
  /** When its state was last stored; null where it never was. */
  keptAt: number | null;
  /** Why its state cannot be stored, and training goes on in memory only; null where it can. */
  notKept: { code: ErrorCode; message: string } | null;
}

export type RunEvent =
  | Preparing
  /** What the model that is trained gives the tuning people before its first step. Told once a run. */
  | { kind: 'untrained'; perplexity: number }
  | {
      kind: 'step';
      step: number;
      totalSteps: number;
      epoch: number;
      /** Mean loss, in nats, of the steps since the last event of this kind: events come at most 20 times a second. */
      loss: number;
      rate: number;
      /** Observations (of LoRA: tokens) a second, over the last seconds. */
      examplesPerSecond: number;
      examples: 'observations' | 'tokens';
      /** Until the last epoch, in seconds; null while it is not known. */
      secondsLeft: number | null;
      /** What the run holds: parameters, moments, people, hidden states. Not the runtime's own. */
      bytes: number;
    }
  /** `example`: null where the model has none to show. */
  | ({ kind: 'epoch'; isBest: boolean; example: ExampleAnswer | null } & EpochFigures)
  /** The state is on the device up to this step. */
  | { kind: 'kept'; step: number; at: number }
  /** It could not be stored; training goes on in memory. */
  | { kind: 'not-kept'; code: ErrorCode; message: string };
