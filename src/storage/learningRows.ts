import type { AdapterSummary, EpochFigures, PanelSummary, RunSettings } from '../worker/index.ts';

/** A panel that the person asked to keep. Written last, after its people. */
export type PanelRow = Omit<PanelSummary, 'isStored'>;

/** Some people of a panel, in its order, as gzipped JSON. */
export interface PanelPeopleRow {
  panel: string;
  index: number;
  data: Uint8Array<ArrayBuffer>;
}

/** A training run: what it is, and how far it came. Holds nothing about any person. */
export interface RunRow {
  id: string;
  name: string;
  notes: string;
  settings: RunSettings;
  panel: { id: string; name: string; fittingPeople: number; tuningPeople: number };
  /** `open`: may go on. */
  standing: 'open' | 'finished' | 'stopped' | 'failed';
  /** Why it failed; null otherwise. */
  reason: string | null;
  step: number;
  totalSteps: number;
  epochs: readonly EpochFigures[];
  /** Spent on steps and tuning. */
  seconds: number;
  hasAdapter: boolean;
  createdAt: number;
  /** When its last checkpoint was written. */
  keptAt: number | null;
}

/** What changes while a run trains. */
export type RunProgress = Pick<RunRow, 'step' | 'totalSteps' | 'epochs' | 'seconds'>;

/** All that a run needs to go on to the same bytes, its settings aside: see learning's `TrainingState`. */
export interface CheckpointState {
  step: number;
  theta: Float32Array;
  mu: Float32Array;
  nu: Float32Array;
  average: Float32Array | null;
  best: Float32Array;
  tuningNlls: number[];
  trainingLosses: number[];
  epochLoss: { sum: number; steps: number };
}

export interface CheckpointRow {
  run: string;
  /** Steps done: the cursor into the data, whose order follows from seed and step. */
  step: number;
  /** Of the task: another one is not continued from here. */
  fingerprint: string;
  state: CheckpointState;
  savedAt: number;
  /** Of the state, as the store computes it; absent in checkpoints of earlier releases. */
  sha256?: string;
}

/** Something trained, without its files. */
export type AdapterRow = AdapterSummary;

export interface AdapterFileRow {
  adapter: string;
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

/** An adapter with its files. */
export interface AdapterToKeep {
  row: AdapterRow;
  files: readonly { name: string; content: Uint8Array<ArrayBuffer> }[];
}
