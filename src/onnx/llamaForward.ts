import { add, multiply, reshape } from './arithmetic.ts';
import { swiglu } from './activation.ts';
import {
  causalAttention,
  causalMask,
  mergeHeads,
  rope,
  rotaryTables,
  splitHeads,
  type AttentionShape,
  type RotaryTables,
} from './attention.ts';
import { embedding } from './embedding.ts';
import type { Graph, Tensor } from './graph.ts';
import { headSize, type LlamaConfig } from './llamaConfig.ts';
import type { LoraConfig } from './lora.ts';
import { linear, loraLinear } from './matmul.ts';
import { rmsNorm } from './normalization.ts';
import { parameterTensor } from './packedParameters.ts';

/** What a forward pass reads: parameters by name and, in training, dropout masks and low-rank updates. */
export interface LlamaPass {
  readonly config: LlamaConfig;
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Masks `[batch · sequence, hiddenSize]` by input name, already scaled by 1 / (1 − p). */
  readonly dropout?: ReadonlyMap<string, Tensor>;
  readonly lora?: LoraConfig;
}

/**
 * Names of the dropout masks: on the embedding, on each residual branch, and on what the head reads. A graph that starts
 * at `firstLayer` has those from there on.
 */
export function dropoutNames(config: LlamaConfig, firstLayer = 0): string[] {
  const layers = Array.from({ length: config.layers - firstLayer }, (_, index) => [
    `dropout.layer.${firstLayer + index}.attention`,
    `dropout.layer.${firstLayer + index}.mlp`,
  ]);
  return [...(firstLayer === 0 ? ['dropout.embedding'] : []), ...layers.flat(), 'dropout.head'];
}

/** int64 `ids [batch, sequence]` → the hidden states after the final norm, `[batch · sequence, hiddenSize]`. */
export function llamaHiddenStates(graph: Graph, pass: LlamaPass, ids: Tensor): Tensor {
  const tables = attentionTables(graph, pass);
  const x = runLayers(graph, pass, tables, embedTokens(graph, pass, ids), 0, pass.config.layers);
  return norm(graph, pass, 'model.norm', x);
}

/**
 * The residual stream that enters layer `layer`, `[batch · sequence, hiddenSize]`: what the layers below make of int64
 * `ids [batch, sequence]`.
 */
export function llamaLowerStates(graph: Graph, pass: LlamaPass, ids: Tensor, layer: number): Tensor {
  const tables = attentionTables(graph, pass);
  return runLayers(graph, pass, tables, embedTokens(graph, pass, ids), 0, layer);
}

/** `llamaHiddenStates` from the residual stream `[batch · sequence, hiddenSize]` that enters `firstLayer`. */
export function llamaUpperStates(graph: Graph, pass: LlamaPass, states: Tensor, firstLayer: number): Tensor {
  const tables = attentionTables(graph, pass);
  const x = runLayers(graph, pass, tables, states, firstLayer, pass.config.layers);
  return norm(graph, pass, 'model.norm', x);
}

function attentionTables(graph: Graph, pass: LlamaPass): AttentionTables {
  const { config, batchSize, sequenceLength } = pass;
  const shape = {
    batchSize,
    sequenceLength,
    heads: config.heads,
    kvHeads: config.kvHeads,
    headSize: headSize(config),
  };
  // The queries' tables carry the 1 / √headSize of the attention scores.
  const queryTables = rotaryTables(graph, shape, config.ropeTheta, 1 / Math.sqrt(shape.headSize));
  const keyTables = rotaryTables(graph, shape, config.ropeTheta);
  return { shape, queryTables, keyTables, mask: causalMask(graph, sequenceLength) };
}

function embedTokens(graph: Graph, pass: LlamaPass, ids: Tensor): Tensor {
  const { config, batchSize, sequenceLength } = pass;
  const table = parameterTensor(pass.tensors, 'model.embed_tokens.weight');
  const tokens = embedding(graph, table, ids);
  const embedded = reshape(graph, tokens, [batchSize * sequenceLength, config.hiddenSize]);
  return dropped(graph, pass, 'dropout.embedding', embedded);
}

/** Layers `first` … `end` − 1. */
function runLayers(
  graph: Graph,
  pass: LlamaPass,
  tables: AttentionTables,
  states: Tensor,
  first: number,
  end: number,
): Tensor {
  let x = states;
  for (let layer = first; layer < end; layer++) {
    const attended = attentionBranch(graph, pass, layer, x, tables);
    x = add(graph, x, dropped(graph, pass, `dropout.layer.${layer}.attention`, attended));
    const transformed = mlpBranch(graph, pass, layer, x);
    x = add(graph, x, dropped(graph, pass, `dropout.layer.${layer}.mlp`, transformed));
  }
  return x;
}

/** Hidden states → next-token logits `[batch · sequence, vocabSize]`, by the tied embedding table. */
export function llamaLogits(graph: Graph, pass: LlamaPass, hiddenStates: Tensor): Tensor {
  const read = dropped(graph, pass, 'dropout.head', hiddenStates);
  return linear(graph, read, parameterTensor(pass.tensors, 'model.embed_tokens.weight'));
}

interface AttentionTables {
  readonly shape: AttentionShape;
  readonly queryTables: RotaryTables;
  readonly keyTables: RotaryTables;
  readonly mask: Tensor;
}

function attentionBranch(
  graph: Graph,
  pass: LlamaPass,
  layer: number,
  x: Tensor,
  tables: AttentionTables,
): Tensor {
  const { shape, queryTables, keyTables, mask } = tables;
  const prefix = `model.layers.${layer}.self_attn`;
  const normed = norm(graph, pass, `model.layers.${layer}.input_layernorm`, x);
  const q = splitHeads(graph, project(graph, pass, `${prefix}.q_proj`, normed), shape, shape.heads);
  const k = splitHeads(graph, project(graph, pass, `${prefix}.k_proj`, normed), shape, shape.kvHeads);
  const v = splitHeads(graph, project(graph, pass, `${prefix}.v_proj`, normed), shape, shape.kvHeads);
  const attended = causalAttention(graph, rope(graph, q, queryTables), rope(graph, k, keyTables), v, mask);
  return project(graph, pass, `${prefix}.o_proj`, mergeHeads(graph, attended));
}

function mlpBranch(graph: Graph, pass: LlamaPass, layer: number, x: Tensor): Tensor {
  const prefix = `model.layers.${layer}`;
  const normed = norm(graph, pass, `${prefix}.post_attention_layernorm`, x);
  const gate = project(graph, pass, `${prefix}.mlp.gate_proj`, normed);
  const up = project(graph, pass, `${prefix}.mlp.up_proj`, normed);
  return project(graph, pass, `${prefix}.mlp.down_proj`, swiglu(graph, gate, up));
}

function norm(graph: Graph, pass: LlamaPass, module: string, x: Tensor): Tensor {
  return rmsNorm(graph, x, parameterTensor(pass.tensors, `${module}.weight`), pass.config.rmsNormEpsilon);
}

function project(graph: Graph, pass: LlamaPass, module: string, x: Tensor): Tensor {
  const weight = parameterTensor(pass.tensors, `${module}.weight`);
  const loraA = pass.tensors.get(`${module}.lora_A.weight`);
  const loraB = pass.tensors.get(`${module}.lora_B.weight`);
  if (pass.lora === undefined || loraA === undefined || loraB === undefined) return linear(graph, x, weight);
  return loraLinear(graph, x, weight, { loraA, loraB, alpha: pass.lora.alpha });
}

function dropped(graph: Graph, pass: LlamaPass, name: string, x: Tensor): Tensor {
  return pass.dropout === undefined ? x : multiply(graph, x, parameterTensor(pass.dropout, name));
}
