import type { SplitOptions } from '../evaluation/index.ts';
import type { Occupation, OccupationList } from '../occupation/index.ts';

/** A panel that the person asked to keep. Written last, after its people. */
export type PanelRow = Omit<PanelSummary, 'isStored'>;

/** Some people of a panel, in its order, as gzipped JSON. */
export interface PanelPeopleRow {
  panel: string;
  index: number;
  data: Uint8Array<ArrayBuffer>;
}

/** What decides the outcome of a run, flat. What the fields mean is the kind's own affair; an unknown kind is kept. */
export type StoredSettings = { readonly kind: string } & Readonly<
  Record<string, string | number | boolean | null | undefined>
>;

/** A training run: what it is, and how far it came. Holds nothing about any person. */
export interface RunRow {
  id: string;
  name: string;
  notes: string;
  settings: StoredSettings;
  panel: { id: string; name: string; fittingPeople: number; tuningPeople: number };
  /** `open`: may go on. */
  standing: 'open' | 'finished' | 'stopped' | 'failed';
  /** Why it failed; null otherwise. */
  reason: string | null;
  /**
   * Why it finished: all planned epochs are done, or none was better than the best for `patience` of them. Absent where it did
   * not finish, and in rows of earlier releases.
   */
  ending?: 'epochs' | 'patience';
  step: number;
  totalSteps: number;
  epochs: readonly EpochFigures[];
  /** Perplexity of the tuning people before the first step; absent until it is measured, and in rows of earlier releases. */
  untrainedPerplexity?: number;
  /** Spent on steps and tuning. */
  seconds: number;
  hasAdapter: boolean;
  createdAt: number;
  /** When its last checkpoint was written. */
  keptAt: number | null;
}

/** What changes while a run trains. */
export type RunProgress = Pick<RunRow, 'step' | 'totalSteps' | 'epochs' | 'untrainedPerplexity' | 'seconds'>;

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

/** What models of a panel predict. `pooled`: the outcome of the list that titles outside of it share. */
export interface PanelList {
  list: OccupationList;
  pooled: Occupation | null;
}

export type PanelPart = 'fitting' | 'tuning' | 'test';

/** A panel that is here, in memory or stored. */
export interface PanelSummary {
  /** Hash of its people, list and split: the same file, chosen again, is the same panel. */
  id: string;
  name: string;
  people: number;
  observations: number;
  years: { first: number; last: number } | null;
  split: SplitOptions;
  parts: Readonly<Record<PanelPart, { people: number; observations: number }>>;
  list: PanelList;
  /** Compressed, in memory or on the device. */
  bytes: number;
  isSynthetic: boolean;
  /** Perplexity of the perfect model on the test people; null where nobody can know it. */
  optimum: number | null;
  /** Whether it lies on this device: only if the person said so. */
  isStored: boolean;
  addedAt: number;
}

/** Something trained that is stored on this device, or came with the app. */
export interface AdapterSummary {
  /** The id of its run; a name with `shipped/` before it; or a new one. */
  id: string;
  name: string;
  /** Of a kind of model; one that this build does not know is kept and shown, and cannot be asked. */
  kind: string;
  source: 'run' | 'import' | 'shipped';
  learnedFrom: { people: number; observations: number; firstYear: number | null; lastYear: number | null };
  /** Name of the panel that it learned from, where its card says it. */
  panel?: string;
  /** Name of the list that it predicts, and its size; null where any list will do. */
  list: { name: string; occupations: number } | null;
  figures: Readonly<Record<string, number>>;
  bytes: number;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** Files by name: weights as safetensors, the card, and for LoRA PEFT's configuration. */
export type AdapterFileSet = readonly { name: string; content: Uint8Array<ArrayBuffer> }[];

/** What happened after an epoch. Perplexities per observation; of LoRA, `training` is per token. */
export interface EpochFigures {
  epoch: number;
  trainingPerplexity: number;
  tuningPerplexity: number;
}
