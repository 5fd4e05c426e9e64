import {
  add,
  type AdamW,
  causalAttention,
  causalMask,
  compiled,
  type CompiledGraph,
  DataType,
  embedding,
  embeddingBag,
  type FloatType,
  gelu,
  Graph,
  layerNorm,
  linear,
  mergeHeads,
  multiply,
  packedParameters,
  type PackedParameters,
  type PreviousOccupation,
  reshape,
  scale,
  type StepOptions,
  splitHeads,
  type Tensor,
  trainingStep,
  type TwoStageLogits,
  twoStageLoss,
  twoStageProbabilities,
} from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import { type CareerConfig, careerParameters } from './careerConfig.ts';

/** People and steps per person of one graph; shorter careers are padded at the end. */
export interface CareerGraphShape {
  readonly batchSize: number;
  readonly steps: number;
  readonly dtype?: FloatType;
}

const normEpsilon = 1e-5;

/** Names of the dropout masks, each `[batch · steps, hiddenSize]`: on the embedding and on each residual branch. */
export function careerDropoutNames({ layers }: Pick<CareerConfig, 'layers'>): string[] {
  return [
    'dropout.embedding',
    ...Array.from({ length: 2 * layers }, (_, i) => `dropout.layer.${i >> 1}.${i % 2 ? 'mlp' : 'attention'}`),
  ];
}

/**
 * One training step of CAREER. Inputs beside theta and those of `adamWStep`, with n = batch · steps: int64
 * `previous_states`, `positions [n]`, `covariates [n, fields]`, `previous`, `labels`, `stay_labels [n, 1]`; float
 * `has_previous`, `label_weights`, `stay_weights [n, 1]` (see `TwoStageTargets`); `history [n, occupations]` where the
 * config says so; dropout masks. Output: `loss [1]`.
 */
export function careerTrainingGraph(
  config: CareerConfig,
  options: CareerGraphShape & StepOptions & { readonly optimizer: AdamW; readonly dropout: boolean },
): CompiledGraph {
  const pass = careerPass(config, options);
  const { graph, rows } = pass;
  const int64 = (name: string) => graph.input(name, [rows, 1], DataType.int64);
  const logits = careerLogits(pass, options.dropout);
  const loss = twoStageLoss(graph, logits, previousInputs(pass), {
    occupation: int64('labels'),
    occupationWeights: graph.input('label_weights', [rows, 1]),
    stay: int64('stay_labels'),
    stayWeights: graph.input('stay_weights', [rows, 1]),
  });
  return trainingStep(graph, loss, pass.theta, careerParameters(config), options);
}

/** The distributions at every step: the inputs of a training step without its targets; `probabilities [n, occupations]`. */
export function careerPredictionGraph(config: CareerConfig, shape: CareerGraphShape): CompiledGraph {
  const pass = careerPass(config, shape);
  const probabilities = twoStageProbabilities(pass.graph, careerLogits(pass, false), previousInputs(pass));
  pass.graph.output('probabilities', probabilities);
  return compiled(pass.graph, careerParameters(config));
}

interface CareerPass {
  readonly graph: Graph;
  readonly config: CareerConfig;
  readonly batchSize: number;
  readonly steps: number;
  /** batchSize · steps */
  readonly rows: number;
  readonly theta: PackedParameters;
  readonly weight: (name: string) => Tensor;
}

function careerPass(config: CareerConfig, { batchSize, steps, dtype }: CareerGraphShape): CareerPass {
  const graph = new Graph('career', dtype ?? 'float32');
  const theta = packedParameters(graph, 'theta', careerParameters(config));
  const weight = (name: string): Tensor => {
    const tensor = theta.tensors.get(name);
    if (!tensor) throw new AppError('internal', `CAREER has no parameter ${name}.`, { name });
    return tensor;
  };
  return { graph, config, batchSize, steps, rows: batchSize * steps, theta, weight };
}

function previousInputs({ graph, rows }: CareerPass): PreviousOccupation {
  return {
    index: graph.input('previous', [rows, 1], DataType.int64),
    isPresent: graph.input('has_previous', [rows, 1]),
  };
}

function careerLogits(pass: CareerPass, hasDropout: boolean): TwoStageLogits {
  const { graph, config, weight, rows } = pass;
  const { hiddenSize, layers } = config;
  const dropped = (name: string, x: Tensor): Tensor =>
    hasDropout ? multiply(graph, x, graph.input(name, [rows, hiddenSize])) : x;

  const ids = (name: string) => graph.input(name, [rows], DataType.int64);
  const state = scale(
    graph,
    embedding(graph, weight('state.weight'), ids('previous_states')),
    Math.sqrt(hiddenSize),
  );
  const position = embedding(graph, weight('position.weight'), ids('positions'));
  const fields = graph.input('covariates', [rows, config.covariateFields], DataType.int64);
  const covariates = embeddingBag(graph, weight('covariates.weight'), fields);
  let x = dropped('dropout.embedding', add(graph, add(graph, state, position), covariates));
  for (let layer = 0; layer < layers; layer++) {
    x = add(graph, x, dropped(`dropout.layer.${layer}.attention`, attention(pass, layer, x)));
    x = add(graph, x, dropped(`dropout.layer.${layer}.mlp`, mlp(pass, layer, x)));
  }
  const hidden = norm(pass, 'norm', x);
  const occupation = linear(graph, hidden, weight('occupation.weight'), weight('occupation.bias'));
  return {
    occupation: config.ownHistory ? add(graph, occupation, historyBonus(pass)) : occupation,
    stay: linear(graph, hidden, weight('stay.weight'), weight('stay.bias')),
  };
}

/** For each occupation, its share of the own history times a weight of its own and one that all have in common. */
function historyBonus({ graph, config, rows, weight }: CareerPass): Tensor {
  const history = graph.input('history', [rows, config.occupations]);
  return multiply(graph, history, add(graph, weight('history.weight'), weight('history.common')));
}

function attention(pass: CareerPass, layer: number, x: Tensor): Tensor {
  const { graph, config, weight, batchSize, steps } = pass;
  const prefix = `layers.${layer}.attention`;
  const headSize = config.hiddenSize / config.heads;
  const shape = { batchSize, sequenceLength: steps, heads: config.heads, kvHeads: config.heads, headSize };
  const normed = norm(pass, `${prefix}.norm`, x);
  const heads = (name: string) =>
    splitHeads(graph, linear(graph, normed, weight(`${prefix}.${name}.weight`)), shape, config.heads);
  const q = scale(graph, heads('q'), 1 / Math.sqrt(headSize));
  const attended = causalAttention(graph, q, heads('k'), heads('v'), causalMask(graph, steps));
  return linear(
    graph,
    reshape(graph, mergeHeads(graph, attended), x.shape),
    weight(`${prefix}.output.weight`),
  );
}

function mlp(pass: CareerPass, layer: number, x: Tensor): Tensor {
  const { graph, weight } = pass;
  const prefix = `layers.${layer}.mlp`;
  const up = linear(
    graph,
    norm(pass, `${prefix}.norm`, x),
    weight(`${prefix}.up.weight`),
    weight(`${prefix}.up.bias`),
  );
  return linear(graph, gelu(graph, up), weight(`${prefix}.down.weight`), weight(`${prefix}.down.bias`));
}

function norm({ graph, weight }: CareerPass, name: string, x: Tensor): Tensor {
  return layerNorm(graph, x, weight(`${name}.weight`), weight(`${name}.bias`), normEpsilon);
}
