import type { AdapterFiles } from '../../predictors/files/index.ts';
import type { BaseModel } from '../../predictors/lora/index.ts';
import type { TextTokenizer, WeightVariant } from '../../lm/index.ts';
import type { ModelReport } from '../../predictors/language/index.ts';
import type { AdapterSummary } from '../../storage/index.ts';

/** A language model as its verified files have it, wherever they came from, before anything of it runs. */
export interface ModelContent {
  readonly about: Pick<
    ModelReport,
    'name' | 'revision' | 'weightBytes' | 'isFromCache' | 'isOnlyInMemory' | 'populations' | 'notKept'
  >;
  readonly tokenizer: TextTokenizer;
  /** Forms of the weights that this device can run; the first is the one that the others must agree with. */
  readonly variants: readonly WeightVariant[];
  /** Rows `[tokens × hiddenSize]` of the output embedding, in float32. */
  readonly outputEmbeddings: (tokens: readonly number[]) => Float32Array;
  /** The weights in float32, for training that goes through them. Throws `unsupported` where that cannot be. */
  readonly base: () => BaseModel;
  /** What was trained on it and comes with it, by name, the best last. */
  readonly shipped: ReadonlyMap<string, AdapterFiles>;
  readonly adapters: readonly AdapterSummary[];
}

/** How far reading the files has come, in bytes. */
export type ReportFiles = (files: {
  phase: 'verifying' | 'downloading';
  loadedBytes: number;
  totalBytes: number;
}) => void;
