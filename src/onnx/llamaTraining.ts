import type { AdamW } from './adamw.ts';
import { compiled, type CompiledGraph } from './compiledGraph.ts';
import { crossEntropy, negativeLogLikelihood } from './crossEntropy.ts';
import { Graph, type FloatType, type Tensor } from './graph.ts';
import { llamaParameters, type LlamaConfig, type Parameter } from './llamaConfig.ts';
import {
  dropoutNames,
  llamaHiddenStates,
  llamaLogits,
  llamaLowerStates,
  llamaUpperStates,
  type LlamaPass,
} from './llamaForward.ts';
import { frozenParameters, lowerParameters, trainedLoraParameters, type LoraConfig } from './lora.ts';
import { DataType } from './model.ts';
import { packedParameters, type PackedParameters } from './packedParameters.ts';
import { trainingStep } from './trainingStep.ts';

/** What a Llama graph reads. */
export interface LlamaGraphOptions {
  readonly batchSize: number;
  /** Tokens per row; shorter rows are padded and their padding weighted 0. */
  readonly sequenceLength: number;
  readonly dtype?: FloatType;
  /** `theta` holds low-rank updates, and the frozen weights become inputs under their names. */
  readonly lora?: LoraConfig;
  /**
   * With LoRA: starts at this layer. `hidden_states [batch · sequence, hiddenSize]`, which `llamaLowerStatesGraph` gives
   * for it, takes the place of `input_ids`, and the weights of the layers below are no inputs. Default: 0, the tokens.
   */
  readonly firstLayer?: number;
}

export interface TrainingOptions extends LlamaGraphOptions {
  /** Whether the graph takes dropout masks (see `dropoutNames`), each `[batch · sequence, hiddenSize]`. */
  readonly dropout?: boolean;
  readonly optimizer: AdamW;
  /** `gradients`: outputs `loss [1]`, `gradient [n]`, `grad_norm [1]` and takes no optimizer state. */
  readonly outputs?: 'step' | 'gradients';
  /** Labels of each position, which share its weight. Default: 1. */
  readonly labelsPerPosition?: number;
}

/**
 * One training step of a Llama as one graph: forward, backward, clipping by the global norm, AdamW.
 * Inputs: `theta`, `mu`, `nu [n]`; int64 `input_ids [batch, sequence]` and `labels [batch · sequence, k]` (the
 * token that follows each, or k candidates); `label_weights [batch · sequence, k]`, which the caller normalises to sum 1;
 * `learning_rate`, `bias_correction_1`, `bias_correction_2 [1]`; dropout masks.
 * Outputs: `next_theta`, `next_mu`, `next_nu [n]`, `loss [1]` in nats, `grad_norm [1]` before clipping.
 */
export function llamaTrainingGraph(config: LlamaConfig, options: TrainingOptions): CompiledGraph {
  const { optimizer, outputs } = options;
  const graph = new Graph('llama training step', options.dtype ?? 'float32');
  const { theta, parameters, logits, labels } = predictedLogits(graph, config, options);
  const weights = graph.input('label_weights', labels.shape);
  const loss = crossEntropy(graph, logits, labels, weights);
  return trainingStep(graph, loss, theta, parameters, { optimizer, outputs });
}

/**
 * How well a Llama predicts: inputs `theta [n]`, int64 `input_ids [batch, sequence]`, `labels [batch · sequence, 1]`;
 * output `nll [batch · sequence]`, −log p(label) in nats at every position.
 */
export function llamaEvaluationGraph(config: LlamaConfig, options: LlamaGraphOptions): CompiledGraph {
  const graph = new Graph('llama evaluation', options.dtype ?? 'float32');
  const { parameters, logits, labels } = predictedLogits(graph, config, options);
  graph.output('nll', negativeLogLikelihood(graph, logits, labels));
  return compiled(graph, parameters);
}

/**
 * What the layers below `firstLayer` make of a text: inputs int64 `input_ids [batch, sequence]` and the weights of
 * those layers under their names; output `hidden_states [batch · sequence, hiddenSize]`, the residual stream.
 */
export function llamaLowerStatesGraph(
  config: LlamaConfig,
  { batchSize, sequenceLength, dtype, firstLayer }: LlamaGraphOptions & { readonly firstLayer: number },
): CompiledGraph {
  const graph = new Graph('llama lower states', dtype ?? 'float32');
  const frozen = lowerParameters(config, firstLayer).map(({ name, shape }) => graph.input(name, shape));
  const ids = graph.input('input_ids', [batchSize, sequenceLength], DataType.int64);
  const pass = { config, batchSize, sequenceLength, tensors: byName(frozen) };
  graph.output('hidden_states', llamaLowerStates(graph, pass, ids, firstLayer));
  return compiled(graph, []);
}

/** The forward pass that training and evaluation share, with the inputs that it declares. */
function predictedLogits(
  graph: Graph,
  config: LlamaConfig,
  options: LlamaGraphOptions & Pick<TrainingOptions, 'dropout' | 'labelsPerPosition'>,
): { theta: PackedParameters; parameters: readonly Parameter[]; logits: Tensor; labels: Tensor } {
  const { batchSize, sequenceLength, labelsPerPosition = 1, lora, firstLayer = 0 } = options;
  const tokens = batchSize * sequenceLength;
  const parameters =
    lora === undefined ? llamaParameters(config) : trainedLoraParameters(config, lora, firstLayer);
  const theta = packedParameters(graph, 'theta', parameters);
  const frozen = lora === undefined ? [] : frozenParameters(config, firstLayer);
  const frozenInputs = frozen.map(({ name, shape }) => graph.input(name, shape));
  const maskNames = options.dropout === true ? dropoutNames(config, firstLayer) : [];
  const masks = maskNames.map((name) => graph.input(name, [tokens, config.hiddenSize]));

  const pass: LlamaPass = {
    config,
    batchSize,
    sequenceLength,
    tensors: new Map([...theta.tensors, ...byName(frozenInputs)]),
    ...(masks.length > 0 && { dropout: byName(masks) }),
    ...(lora && { lora }),
  };
  const input =
    firstLayer > 0
      ? graph.input('hidden_states', [tokens, config.hiddenSize])
      : graph.input('input_ids', [batchSize, sequenceLength], DataType.int64);
  const labels = graph.input('labels', [tokens, labelsPerPosition], DataType.int64);
  const hiddenStates =
    firstLayer > 0 ? llamaUpperStates(graph, pass, input, firstLayer) : llamaHiddenStates(graph, pass, input);
  return { theta, parameters, logits: llamaLogits(graph, pass, hiddenStates), labels };
}

function byName(tensors: readonly Tensor[]): Map<string, Tensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
