import {
  add,
  type AdamW,
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
  multiply,
  packedParameters,
  type PackedParameters,
  parameterTensor,
  type PreviousOccupation,
  scale,
  type StepOptions,
  type Tensor,
  trainingStep,
  type TwoStageLogits,
  twoStageLoss,
  twoStageProbabilities,
} from '../../onnx/index.ts';
import { type HeadConfig, headParameters } from './headConfig.ts';

/** Steps that one graph takes at once. */
export interface HeadGraphShape {
  readonly rows: number;
  readonly dtype?: FloatType;
}

const normEpsilon = 1e-5;

/** Dropout masks of a training step: on what the adapter and the head read `[rows, hiddenSize]`, and inside the adapter. */
export function headDropouts(config: HeadConfig, rows: number): { name: string; shape: number[] }[] {
  return [
    { name: 'dropout.states', shape: [rows, config.hiddenSize] },
    { name: 'dropout.adapter', shape: [rows, config.rank] },
    { name: 'dropout.head', shape: [rows, config.hiddenSize] },
  ];
}

/**
 * One training step of the head. Inputs beside theta and those of `adamWStep`: `hidden_states [rows, hiddenSize]`; int64
 * `previous_states [rows]`, `covariates [rows, fields]`, `previous`, `labels`, `stay_labels [rows, 1]`; `history [rows,
 * occupations]` (see `ownHistory`); `has_previous`, `label_weights`, `stay_weights [rows, 1]`; dropout masks.
 * Output: `loss [1]` in nats.
 */
export function headTrainingGraph(
  config: HeadConfig,
  options: HeadGraphShape & StepOptions & { readonly optimizer: AdamW; readonly dropout: boolean },
): CompiledGraph {
  const pass = headPass(config, options);
  const { graph, rows } = pass;
  const int64 = (name: string) => graph.input(name, [rows, 1], DataType.int64);
  const logits = headLogits(pass, options.dropout);
  const loss = twoStageLoss(graph, logits, previousInputs(pass), {
    occupation: int64('labels'),
    occupationWeights: graph.input('label_weights', [rows, 1]),
    stay: int64('stay_labels'),
    stayWeights: graph.input('stay_weights', [rows, 1]),
  });
  return trainingStep(graph, loss, pass.theta, headParameters(config), options);
}

/** The distributions: the inputs of a training step without its targets; output `probabilities [rows, occupations]`. */
export function headPredictionGraph(config: HeadConfig, shape: HeadGraphShape): CompiledGraph {
  const pass = headPass(config, shape);
  const probabilities = twoStageProbabilities(pass.graph, headLogits(pass, false), previousInputs(pass));
  pass.graph.output('probabilities', probabilities);
  return compiled(pass.graph, headParameters(config));
}

interface HeadPass {
  readonly graph: Graph;
  readonly config: HeadConfig;
  readonly rows: number;
  readonly theta: PackedParameters;
  readonly weight: (name: string) => Tensor;
}

function headPass(config: HeadConfig, { rows, dtype }: HeadGraphShape): HeadPass {
  const graph = new Graph('occupation head', dtype ?? 'float32');
  const theta = packedParameters(graph, 'theta', headParameters(config));
  return { graph, config, rows, theta, weight: (name) => parameterTensor(theta.tensors, name) };
}

function previousInputs({ graph, rows }: HeadPass): PreviousOccupation {
  return {
    index: graph.input('previous', [rows, 1], DataType.int64),
    isPresent: graph.input('has_previous', [rows, 1]),
  };
}

function headLogits(pass: HeadPass, hasDropout: boolean): TwoStageLogits {
  const { graph, config, weight, rows } = pass;
  const { hiddenSize, occupations } = config;
  const dropped = (name: string, x: Tensor): Tensor =>
    hasDropout ? multiply(graph, x, graph.input(name, x.shape)) : x;
  const previous = graph.input('previous_states', [rows], DataType.int64);
  const fields = graph.input('covariates', [rows, config.covariateFields], DataType.int64);
  const read = graph.input('hidden_states', [rows, hiddenSize]);
  const normed = layerNorm(graph, read, weight('norm.weight'), weight('norm.bias'), normEpsilon);
  const states = dropped('dropout.states', normed);

  const inner = add(
    graph,
    add(
      graph,
      linear(graph, states, weight('adapter.down.weight')),
      embedding(graph, weight('adapter.previous.weight'), previous),
    ),
    embeddingBag(graph, weight('adapter.covariates.weight'), fields),
  );
  const adapted = linear(graph, dropped('dropout.adapter', gelu(graph, inner)), weight('adapter.up.weight'));
  const z = dropped('dropout.head', add(graph, normed, scale(graph, adapted, config.alpha / config.rank)));

  const fromState = linear(graph, z, weight('occupation.weight'), weight('occupation.bias'));
  const fromPrevious = linear(
    graph,
    embedding(graph, weight('previous.down.weight'), previous),
    weight('previous.up.weight'),
  );
  const bonus = add(graph, weight('history.weight'), weight('history.common'));
  const fromHistory = multiply(graph, graph.input('history', [rows, occupations]), bonus);
  const stay = linear(graph, z, weight('stay.weight'), weight('stay.bias'));
  return {
    occupation: add(graph, add(graph, fromState, fromPrevious), fromHistory),
    stay: add(graph, stay, embedding(graph, weight('stay.previous.weight'), previous)),
  };
}
