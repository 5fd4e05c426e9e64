import type { Parameter } from '../../onnx/index.ts';

/** Sizes of an occupation head on a language model's hidden states. */
export interface HeadConfig {
  /** Width of the hidden states. */
  readonly hiddenSize: number;
  readonly occupations: number;
  /** Width of the low-rank adapter; its update is multiplied by alpha / rank. */
  readonly rank: number;
  readonly alpha: number;
  /** Width of the low-rank map from the previous occupation to the logits of the next. */
  readonly previousRank: number;
  /**
   * Whether the head begins with the probabilities of titles as far as they must be read to be told apart, which come beside
   * the states: for short lists, where many titles may begin alike. Otherwise with those of the titles' first tokens, which
   * the states give. What follows the decisive token says how usual the words are, not which occupation it is.
   */
  readonly wholeTitles: boolean;
  /**
   * Part of the language model's own title logits with which the head begins: 1 begins as the language model. Less where it
   * has learned from the very people that the head learns from: on them it is surer than it is on others.
   */
  readonly baseWeight: number;
  /** Rows of the covariates' table, and covariates of a step. */
  readonly covariateRows: number;
  readonly covariateFields: number;
}

/**
 * The tensors of theta in order; what decays comes first. Linear weights are `[out, in]`. All of them correct what the
 * language model says itself, so weight decay draws a head back to the language model.
 */
export function headParameters(config: HeadConfig): Parameter[] {
  const { hiddenSize, occupations, rank, previousRank, covariateRows } = config;
  const matrix = (name: string, rows: number, columns: number): Parameter => ({
    name,
    shape: [rows, columns],
    decays: true,
  });
  const vector = (name: string, size: number): Parameter => ({ name, shape: [size], decays: false });
  return [
    matrix('occupation.weight', occupations, hiddenSize),
    matrix('adapter.down.weight', rank, hiddenSize),
    matrix('adapter.previous.weight', occupations + 2, rank),
    matrix('adapter.covariates.weight', covariateRows, rank),
    matrix('adapter.up.weight', hiddenSize, rank),
    matrix('previous.down.weight', occupations + 2, previousRank),
    matrix('previous.up.weight', occupations, previousRank),
    matrix('stay.weight', 2, hiddenSize),
    matrix('stay.previous.weight', occupations + 2, 2),
    vector('norm.weight', hiddenSize),
    vector('norm.bias', hiddenSize),
    vector('occupation.bias', occupations),
    vector('stay.bias', 2),
    vector('stay.factor', 1),
    vector('history.weight', occupations),
    vector('history.common', 1),
  ];
}
