import type { AdamW } from './adamw.ts';
import { compiled, type CompiledGraph } from './compiledGraph.ts';
import { crossEntropy, negativeLogLikelihood } from './crossEntropy.ts';
import { Graph, type FloatType, type Tensor } from './graph.ts';
import { llamaParameters, type LlamaConfig } from './llamaConfig.ts';
import { dropoutNames, llamaHiddenStates, llamaLogits, type LlamaPass } from './llamaForward.ts';
import { loraParameters, type LoraConfig } from './lora.ts';
import { DataType } from './model.ts';
import { packedParameters } from './packedParameters.ts';
import { trainingStep } from './trainingStep.ts';

export interface TrainingOptions {
  readonly batchSize: number;
  /** Tokens per row; shorter rows are padded and their padding weighted 0. */
  readonly sequenceLength: number;
  /** Whether the graph takes dropout masks (see `dropoutNames`), each `[batch · sequence, hiddenSize]`. */
  readonly dropout?: boolean;
  readonly optimizer: AdamW;
  readonly dtype?: FloatType;
  /** `gradients`: outputs `loss [1]`, `gradient [n]`, `grad_norm [1]` and takes no optimizer state. */
  readonly outputs?: 'step' | 'gradients';
  /** Labels of each position, which share its weight. Default: 1. */
  readonly labelsPerPosition?: number;
  /** Trains low-rank updates instead: `theta` holds them, and the frozen weights become inputs under their names. */
  readonly lora?: LoraConfig;
}

/**
 * One training step of a Llama as one graph: forward, backward, clipping by the global norm, AdamW.
 * Inputs: `theta`, `mu`, `nu [n]`; int64 `input_ids [batch, sequence]` and `labels [batch · sequence, k]` (the
 * token that follows each, or k candidates); `label_weights [batch · sequence, k]`, which the caller normalises to sum 1;
 * `learning_rate`, `bias_correction_1`, `bias_correction_2 [1]`; dropout masks.
 * Outputs: `next_theta`, `next_mu`, `next_nu [n]`, `loss [1]` in nats, `grad_norm [1]` before clipping.
 */
export function llamaTrainingGraph(config: LlamaConfig, options: TrainingOptions): CompiledGraph {
  const { lora, optimizer } = options;
  const graph = new Graph('llama training step', options.dtype ?? 'float32');
  const base = llamaParameters(config);
  const parameters = lora === undefined ? base : loraParameters(config, lora);
  const theta = packedParameters(graph, 'theta', parameters);
  const frozen = lora === undefined ? [] : base.map(({ name, shape }) => graph.input(name, shape));
  const tensors = new Map([...theta.tensors, ...byName(frozen)]);
  const masks = options.dropout === true ? dropoutMasks(graph, config, options) : undefined;

  const { ids, labels } = tokenInputs(graph, options);
  const weights = graph.input('label_weights', labels.shape);
  const pass: LlamaPass = {
    config,
    batchSize: options.batchSize,
    sequenceLength: options.sequenceLength,
    tensors,
    ...(masks === undefined ? {} : { dropout: masks }),
    ...(lora === undefined ? {} : { lora }),
  };
  const logits = llamaLogits(graph, pass, llamaHiddenStates(graph, pass, ids));
  const loss = crossEntropy(graph, logits, labels, weights);
  return trainingStep(graph, loss, theta, parameters, { optimizer, outputs: options.outputs });
}

/**
 * How well a Llama predicts: inputs `theta [n]`, int64 `input_ids [batch, sequence]`, `labels [batch · sequence, 1]`;
 * output `nll [batch · sequence]`, −log p(label) in nats at every position.
 */
export function llamaEvaluationGraph(
  config: LlamaConfig,
  options: { batchSize: number; sequenceLength: number; dtype?: FloatType },
): CompiledGraph {
  const graph = new Graph('llama evaluation', options.dtype ?? 'float32');
  const parameters = llamaParameters(config);
  const { tensors } = packedParameters(graph, 'theta', parameters);
  const { ids, labels } = tokenInputs(graph, options);
  const pass: LlamaPass = {
    config,
    batchSize: options.batchSize,
    sequenceLength: options.sequenceLength,
    tensors,
  };
  const logits = llamaLogits(graph, pass, llamaHiddenStates(graph, pass, ids));
  graph.output('nll', negativeLogLikelihood(graph, logits, labels));
  return compiled(graph, parameters);
}

function tokenInputs(
  graph: Graph,
  {
    batchSize,
    sequenceLength,
    labelsPerPosition = 1,
  }: { batchSize: number; sequenceLength: number; labelsPerPosition?: number },
): { ids: Tensor; labels: Tensor } {
  return {
    ids: graph.input('input_ids', [batchSize, sequenceLength], DataType.int64),
    labels: graph.input('labels', [batchSize * sequenceLength, labelsPerPosition], DataType.int64),
  };
}

function dropoutMasks(graph: Graph, config: LlamaConfig, options: TrainingOptions): Map<string, Tensor> {
  const shape = [options.batchSize * options.sequenceLength, config.hiddenSize];
  return byName(dropoutNames(config).map((name) => graph.input(name, shape)));
}

function byName(tensors: readonly Tensor[]): Map<string, Tensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
