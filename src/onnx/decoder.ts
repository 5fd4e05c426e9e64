import { AppError } from '../platform/index.ts';
import { contrib, DecoderBuilder, type Activations } from './decoderBuilder.ts';
import { decoderWeights, type DecoderLayer, type DecoderWeights } from './decoderWeights.ts';
import { toFloat16 } from './float16.ts';
import { DataType, emptyModel, float, int } from './model.ts';
import { headSize, type LlamaConfig } from './llamaConfig.ts';
import { writeModel } from './modelWriter.ts';

/** How a decoder is stored: `bits: null` keeps linear weights in full; blocks apply to quantized ones. */
export interface DecoderFormat {
  readonly bits: 4 | 8 | null;
  readonly blockSize: 16 | 32 | 64 | 128;
  readonly symmetric?: boolean;
  readonly activations: Activations;
  /** Positions that RoPE's tables cover. */
  readonly contextLength?: number;
}

/**
 * A decoder in the layout that transformers.js runs: inputs `input_ids`, `attention_mask`, `num_logits_to_keep`
 * (0 keeps all) and `past_key_values.N.key|value`; outputs `logits`, `hidden_states` (what the head reads, float32)
 * and `present.N.key|value`. `parameters` carry Hugging Face's names, linear weights `[out, in]`. The embedding is
 * stored once and serves as the head; in float16 unless nothing else is compressed. Throws `bad-input`.
 */
export function exportDecoder(
  config: LlamaConfig,
  parameters: ReadonlyMap<string, Float32Array>,
  format: DecoderFormat,
): Uint8Array<ArrayBuffer> {
  const { bits, blockSize, symmetric = true, activations, contextLength = 1024 } = format;
  if (headSize(config) % 16 !== 0)
    throw new AppError('bad-input', "onnxruntime's GroupQueryAttention takes head sizes in steps of 16.", {
      headSize: headSize(config),
    });
  const quantization = bits === null ? null : { bits, blockSize, symmetric };
  const weights = decoderWeights(config, parameters, { quantization, contextLength });
  const builder = new DecoderBuilder(emptyModel('decoder'), activations);
  buildDecoder(builder, weights, bits === null ? activations : 'float16');
  return writeModel(builder.model);
}

function buildDecoder(g: DecoderBuilder, weights: DecoderWeights, embeddingType: Activations): void {
  const { hiddenSize, vocabSize, kvHeads, headSize } = weights.sizes;
  const pastShape = ['batch_size', kvHeads, 'past_sequence_length', headSize];
  const presentShape = ['batch_size', kvHeads, 'total_sequence_length', headSize];
  g.input('input_ids', DataType.int64, ['batch_size', 'sequence_length']);
  g.input('attention_mask', DataType.int64, ['batch_size', 'total_sequence_length']);
  g.input('num_logits_to_keep', DataType.int64, []);
  g.output('logits', DataType.float32, ['batch_size', 'kept_length', vocabSize]);
  g.output('hidden_states', DataType.float32, ['batch_size', 'sequence_length', hiddenSize]);
  weights.layers.forEach((_, layer) => {
    for (const part of ['key', 'value']) {
      g.input(`past_key_values.${layer}.${part}`, g.elementType, pastShape);
      g.output(`present.${layer}.${part}`, g.elementType, presentShape);
    }
  });

  addLengths(g);
  const embedding = addEmbedding(g, weights, embeddingType);
  let residual = g.node('Gather', [embedding, 'input_ids'], 'embeddings');
  g.floats(normName(0, weights), [hiddenSize], weights.layers[0].inputNorm);
  const { rmsNormEpsilon } = weights.sizes;
  let normed = g.norm(residual, normName(0, weights), rmsNormEpsilon, 'layer.0.input');
  weights.layers.forEach((layer, index) => {
    const next = weights.layers.at(index + 1)?.inputNorm ?? weights.finalNorm;
    [normed, residual] = addLayer(g, weights, layer, index, normed, residual, next);
  });

  g.cast(normed, DataType.float32, 'hidden_states');
  const kept = addKeptRows(g, normed);
  const head = g.node('Transpose', [embedding], 'lm_head', { perm: { kind: 'ints', value: [1, 0] } });
  g.cast(g.node('MatMul', [kept, head], 'head_output'), DataType.float32, 'logits');
}

/** GroupQueryAttention wants the last valid position of each row and the total length, as int32. */
function addLengths(g: DecoderBuilder): void {
  g.integers('one', [1]);
  g.integers('token_axis', 1);
  g.node('ReduceSum', ['attention_mask', 'one'], 'mask_length', { keepdims: int(0) });
  g.cast(g.node('Sub', ['mask_length', 'one'], 'last_position'), DataType.int32, 'seqlens_k');
  g.node('Shape', ['attention_mask'], 'mask_shape');
  g.cast(
    g.node('Gather', ['mask_shape', 'token_axis'], 'mask_columns'),
    DataType.int32,
    'total_sequence_length',
  );
}

/** The table in the type of the activations; the runtime folds the cast when it loads the model. */
function addEmbedding(
  g: DecoderBuilder,
  { embedding, sizes, rotary }: DecoderWeights,
  stored: Activations,
): string {
  const half = sizes.headSize / 2;
  g.floats('cos_cache', [sizes.contextLength, half], rotary.cos);
  g.floats('sin_cache', [sizes.contextLength, half], rotary.sin);
  const values = stored === 'float16' ? toFloat16(embedding) : embedding;
  const name = 'model.embed_tokens.weight';
  g.constant(name, DataType[stored], [sizes.vocabSize, sizes.hiddenSize], values);
  return stored === g.activations ? name : g.cast(name, g.elementType, 'embedding_table');
}

/** One Llama block; returns the next block's normalised input and the residual stream. */
function addLayer(
  g: DecoderBuilder,
  weights: DecoderWeights,
  layer: DecoderLayer,
  index: number,
  normed: string,
  residual: string,
  nextNorm: Float32Array,
): [normed: string, residual: string] {
  const { heads, kvHeads, headSize, hiddenSize, rmsNormEpsilon } = weights.sizes;
  const prefix = `layer.${index}`;
  const parameter = `model.layers.${index}.`;
  const linear = (input: string, name: keyof DecoderLayer['linears'], output: string): string =>
    g.linear(input, `${parameter}${name}.weight`, layer.linears[name], `${prefix}.${output}`);

  const query = linear(normed, 'self_attn.q_proj', 'query');
  const key = linear(normed, 'self_attn.k_proj', 'key');
  const value = linear(normed, 'self_attn.v_proj', 'value');
  const past = [`past_key_values.${index}.key`, `past_key_values.${index}.value`];
  const attended = g.node(
    'GroupQueryAttention',
    [query, key, value, ...past, 'seqlens_k', 'total_sequence_length', 'cos_cache', 'sin_cache'],
    [`${prefix}.attended`, `present.${index}.key`, `present.${index}.value`],
    {
      num_heads: int(heads),
      kv_num_heads: int(kvHeads),
      scale: float(1 / Math.sqrt(headSize)),
      do_rotary: int(1),
      rotary_interleaved: int(0),
    },
    contrib,
  );
  const projected = linear(attended, 'self_attn.o_proj', 'projected');

  const norm = g.floats(`${parameter}post_attention_layernorm.weight`, [hiddenSize], layer.postAttentionNorm);
  const middle = g.addAndNorm(residual, projected, norm, rmsNormEpsilon, [
    `${prefix}.middle`,
    `${prefix}.middle_residual`,
  ]);
  const gate = linear(middle, 'mlp.gate_proj', 'gate');
  const up = linear(middle, 'mlp.up_proj', 'up');
  const opened = g.node('Mul', [gate, g.node('Sigmoid', [gate], `${prefix}.sigmoid`)], `${prefix}.silu`);
  const down = linear(g.node('Mul', [opened, up], `${prefix}.gated`), 'mlp.down_proj', 'down');

  const next = g.floats(normName(index + 1, weights), [hiddenSize], nextNorm);
  const output = `layer.${index + 1}.input`;
  return [
    g.addAndNorm(`${prefix}.middle_residual`, down, next, rmsNormEpsilon, [output, `${prefix}.residual`]),
    `${prefix}.residual`,
  ];
}

/** Name of the norm that comes before layer `index`, or before the head. */
function normName(index: number, { layers }: DecoderWeights): string {
  return index < layers.length ? `model.layers.${index}.input_layernorm.weight` : 'model.norm.weight';
}

/** The last `num_logits_to_keep` rows, or all of them for 0. */
function addKeptRows(g: DecoderBuilder, hidden: string): string {
  g.node('Neg', ['num_logits_to_keep'], 'kept_start');
  g.integers('first_axis', [0]);
  g.node('Unsqueeze', ['kept_start', 'first_axis'], 'kept_starts');
  g.integers('kept_ends', [2 ** 53]);
  return g.node('Slice', [hidden, 'kept_starts', 'kept_ends', 'one'], 'kept_hidden');
}
