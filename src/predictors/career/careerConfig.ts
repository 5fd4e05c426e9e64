import type { Parameter } from '../../onnx/index.ts';

/** Sizes of CAREER (Vafa et al. 2022): a causal transformer over occupations with a two-stage head. */
export interface CareerConfig {
  /** Occupations of the list. */
  readonly occupations: number;
  /** Rows of the covariates' table, and covariates of a step. */
  readonly covariateRows: number;
  readonly covariateFields: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  /** Steps of the longest career that has positions of its own; later steps share the last one. */
  readonly positions: number;
  /** Whether each occupation gets a bonus for how often, and how lately, the person had it: not in the published model. */
  readonly ownHistory: boolean;
}

/** The tensors of theta in order; what decays comes first. Linear weights are `[out, in]`. */
export function careerParameters(config: CareerConfig): Parameter[] {
  const { occupations, covariateRows, hiddenSize, layers, intermediateSize, positions, ownHistory } = config;
  const matrices: Parameter[] = [
    matrix('state.weight', occupations + 2, hiddenSize),
    matrix('covariates.weight', covariateRows, hiddenSize),
    matrix('position.weight', positions, hiddenSize),
    matrix('occupation.weight', occupations, hiddenSize),
    matrix('stay.weight', 2, hiddenSize),
  ];
  const vectors: Parameter[] = [
    vector('occupation.bias', occupations),
    vector('stay.bias', 2),
    ...norm('norm', hiddenSize),
  ];
  if (ownHistory) vectors.push(vector('history.weight', occupations), vector('history.common', 1));
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `layers.${layer}.`;
    for (const name of ['q', 'k', 'v', 'output'])
      matrices.push(matrix(`${prefix}attention.${name}.weight`, hiddenSize, hiddenSize));
    matrices.push(
      matrix(`${prefix}mlp.up.weight`, intermediateSize, hiddenSize),
      matrix(`${prefix}mlp.down.weight`, hiddenSize, intermediateSize),
    );
    vectors.push(
      ...norm(`${prefix}attention.norm`, hiddenSize),
      ...norm(`${prefix}mlp.norm`, hiddenSize),
      vector(`${prefix}mlp.up.bias`, intermediateSize),
      vector(`${prefix}mlp.down.bias`, hiddenSize),
    );
  }
  return [...matrices, ...vectors];
}

function matrix(name: string, rows: number, columns: number): Parameter {
  return { name, shape: [rows, columns], decays: true };
}

function vector(name: string, size: number): Parameter {
  return { name, shape: [size], decays: false };
}

function norm(name: string, size: number): Parameter[] {
  return [vector(`${name}.weight`, size), vector(`${name}.bias`, size)];
}
