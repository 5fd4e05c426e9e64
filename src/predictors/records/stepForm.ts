import type { Graph, Parameter, Tensor, TwoStageLogits } from '../../onnx/index.ts';
import type { EncodedCareer } from './panelEncoding.ts';

/** Sizes that every model of single steps has. */
export interface StepSizes {
  /** Occupations of the list. */
  readonly occupations: number;
  /** Rows of the features' table, and features of a step. */
  readonly covariateRows: number;
  readonly covariateFields: number;
}

/** What a model of single steps reads in a graph of `rows` steps. */
export interface StepPass {
  readonly graph: Graph;
  readonly rows: number;
  readonly weight: (name: string) => Tensor;
  /** int64 `[rows, covariateFields]`: rows of the features' table. */
  readonly covariates: Tensor;
  /** `[rows, occupations]`: what the form's `writeHistory` writes. */
  readonly history: Tensor;
  /** `x` under the dropout mask of this name, while it learns. */
  readonly dropped: (name: string, x: Tensor) => Tensor;
}

/** A two-stage model that reads each step on its own: features of the step, and which occupations came before it. */
export interface StepForm {
  /** Id of its kind of model. */
  readonly kind: string;
  readonly sizes: StepSizes;
  /** The tensors of theta in order; what decays comes first. */
  readonly parameters: readonly Parameter[];
  /** Standard deviations of the first values; 0 where there is none. */
  readonly deviations: Readonly<Partial<Record<string, number>>>;
  /** Dropout masks `[rows, width]`. */
  readonly dropouts: readonly { readonly name: string; readonly width: number }[];
  /** What it knows of the occupations before `step`, written into `row [occupations]`, which is 0. */
  writeHistory(career: EncodedCareer, step: number, row: Float32Array): void;
  logits(pass: StepPass): TwoStageLogits;
}

export function matrix(name: string, rows: number, columns: number): Parameter {
  return { name, shape: [rows, columns], decays: true };
}

export function vector(name: string, size: number): Parameter {
  return { name, shape: [size], decays: false };
}
