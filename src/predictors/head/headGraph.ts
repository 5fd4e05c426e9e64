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
  stayLogOdds,
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
 * One training step of the head. Inputs beside theta and those of `adamWStep`: `hidden_states [rows, hiddenSize]`;
 * `title_embeddings [occupations, hiddenSize]`, `title_biases [occupations]` (see `TitleLogits`), or `title_logits [rows,
 * occupations]` with whole titles; int64
 * `previous_states [rows]`, `covariates [rows, fields]`, `previous`, `labels`, `stay_labels [rows, 1]`; `history [rows,
 * occupations]` (see `weightedHistory`); `has_previous`, `label_weights`, `stay_weights [rows, 1]`; dropout masks.
 * Output: `loss [1]` in nats.
 */
export function headTrainingGraph(
  config: HeadConfig,
  options: HeadGraphShape & StepOptions & { readonly optimizer: AdamW; readonly dropout: boolean },
): CompiledGraph {
  const pass = headPass(config, options);
  const { graph, rows } = pass;
  const int64 = (name: string) => graph.input(name, [rows, 1], DataType.int64);
  const previous = previousInputs(pass);
  const loss = twoStageLoss(graph, headLogits(pass, options.dropout, previous), previous, {
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
  const previous = previousInputs(pass);
  const probabilities = twoStageProbabilities(pass.graph, headLogits(pass, false, previous), previous);
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

/** What the language model itself says about each title: a constant, as the states are. */
function titleLogits({ graph, config, rows }: HeadPass, states: Tensor): Tensor {
  const { occupations, hiddenSize } = config;
  if (config.wholeTitles) return graph.input('title_logits', [rows, occupations]);
  const embeddings = graph.input('title_embeddings', [occupations, hiddenSize]);
  return add(graph, linear(graph, states, embeddings), graph.input('title_biases', [occupations]));
}

function headLogits(pass: HeadPass, hasDropout: boolean, at: PreviousOccupation): TwoStageLogits {
  const { graph, config, weight, rows } = pass;
  const { hiddenSize, occupations } = config;
  const dropped = (name: string, x: Tensor): Tensor =>
    hasDropout ? multiply(graph, x, graph.input(name, x.shape)) : x;
  const previous = graph.input('previous_states', [rows], DataType.int64);
  const fields = graph.input('covariates', [rows, config.covariateFields], DataType.int64);
  const read = graph.input('hidden_states', [rows, hiddenSize]);
  const own = scale(graph, titleLogits(pass, read), config.baseWeight);
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
  const factor = add(graph, weight('stay.factor'), graph.constant([1], [1]));
  // Half of the log-odds on staying, half against moving.
  const halves = graph.constant([0.5, -0.5], [1, 2]);
  const fromOwn = multiply(graph, multiply(graph, stayLogOdds(graph, own, at), factor), halves);
  return {
    occupation: add(graph, own, add(graph, add(graph, fromState, fromPrevious), fromHistory)),
    stay: add(graph, add(graph, stay, fromOwn), embedding(graph, weight('stay.previous.weight'), previous)),
  };
}
