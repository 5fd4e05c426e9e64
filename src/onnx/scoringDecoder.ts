import { contrib, DecoderBuilder, transposed, type Activations } from './decoderBuilder.ts';
import {
  concatenateLinears,
  denseLinear,
  scaleLinear,
  type DecoderLayer,
  type DecoderSizes,
  type DecoderWeights,
  type LinearWeight,
} from './decoderWeights.ts';
import { readDecoder } from './decoderReader.ts';
import { DataType, emptyModel, float, int, ints, type OnnxModel } from './model.ts';
import { writeModel } from './modelWriter.ts';
import { addPickedLogProbs, addScoringInterface, addTreeAttention } from './treeScoring.ts';

/** `quantized` keeps the blocks of the file; `dense` undoes them when the model is loaded. */
export interface ScoringFormat {
  readonly weights: 'quantized' | 'dense';
  readonly activations: Activations;
}

/** A graph ready for the runtime, and what a session must know to feed it. */
export interface ScoringDecoder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: ScoringFormat;
  readonly sizes: DecoderSizes & {
    readonly layers: number;
    /** Most tokens that one run may take: a text and a tree of as many nodes. */
    readonly mostRows: number;
  };
}

/**
 * The graph the app runs, made from the shipped file when it is loaded. Attention is written in standard operators
 * under an arbitrary additive mask, so that a whole tree of continuations is one pass, and no fused kernel decides
 * what is right. T new tokens, of which the first ones may be kept, see R reused rows of the cache:
 * - `input_ids`, `position_ids` [1, T]; `attention_bias` [1, 1, T, R + T] float32, 0 or very negative;
 * - `past_key_values.N.key|value` [1, kvHeads, P, headSize], P ≥ R; `reused_length` [1] = R;
 * - `kept_length` [1]: rows of cache and new tokens together that `present.N.key|value` keeps;
 * - `head_rows` [H]: the rows whose next token matters; `picks` [E]: `index into head_rows · vocab + token`;
 *   `pick_rows` [E]: the same index into `head_rows`.
 * Outputs `picked_log_probs` [E] (natural log of softmax, float32), `head_states` [H, hidden], what the head read in those
 * rows, and `hidden_states` [1, T, hidden] (both float32).
 */
export function scoringDecoder(model: OnnxModel, format: ScoringFormat): ScoringDecoder {
  const weights = readDecoder(model);
  const builder = new DecoderBuilder(emptyModel('scoring'), format.activations);
  const mostRows = 2 * weights.sizes.contextLength;
  buildScoring(builder, weights, format.weights, mostRows);
  const sizes = { ...weights.sizes, layers: weights.layers.length, mostRows };
  return { bytes: writeModel(builder.model), format, sizes };
}

function buildScoring(
  g: DecoderBuilder,
  weights: DecoderWeights,
  stored: ScoringFormat['weights'],
  mostRows: number,
): void {
  const { sizes, layers } = weights;
  addScoringInterface(g, { ...sizes, layers: layers.length });
  addRotaryTable(g, weights, mostRows);
  g.floats('embedding', [sizes.vocabSize, sizes.hiddenSize], weights.embedding);
  const bias =
    g.activations === 'float16' ? g.cast('attention_bias', g.elementType, 'bias') : 'attention_bias';

  let residual = g.node('Gather', ['embedding', 'input_ids'], 'embeddings');
  g.floats('layer.0.norm', [sizes.hiddenSize], layers[0].inputNorm);
  let normed = g.norm(residual, 'layer.0.norm', sizes.rmsNormEpsilon, 'layer.0.input');
  layers.forEach((layer, index) => {
    const prefix = `layer.${index}`;
    const linear = (input: string, name: string, weight: LinearWeight): string =>
      g.linear(
        input,
        `${prefix}.${name}.weight`,
        stored === 'dense' ? denseLinear(weight) : weight,
        `${prefix}.${name}`,
      );
    const attended = addAttention(
      g,
      sizes,
      index,
      linear(normed, 'qkv', stackedQueryKeyValue(layer, sizes)),
      bias,
    );
    const projected = linear(attended, 'projected', layer.linears['self_attn.o_proj']);
    const norm = g.floats(`${prefix}.middle_norm`, [sizes.hiddenSize], layer.postAttentionNorm);
    const middle = g.addAndNorm(residual, projected, norm, sizes.rmsNormEpsilon, [
      `${prefix}.middle`,
      `${prefix}.middle_residual`,
    ]);
    const gateUp = concatenateLinears([layer.linears['mlp.gate_proj'], layer.linears['mlp.up_proj']]);
    const gated = addGate(g, linear(middle, 'gate_up', gateUp), prefix);
    const down = linear(gated, 'down', layer.linears['mlp.down_proj']);
    const nextNorm = layers.at(index + 1)?.inputNorm ?? weights.finalNorm;
    const next = g.floats(`layer.${index + 1}.norm`, [sizes.hiddenSize], nextNorm);
    residual = `${prefix}.residual`;
    normed = g.addAndNorm(`${prefix}.middle_residual`, down, next, sizes.rmsNormEpsilon, [
      `layer.${index + 1}.input`,
      residual,
    ]);
  });
  addHead(g, g.cast(normed, DataType.float32, 'hidden_states'), weights);
}

/** onnxruntime's RotaryEmbedding takes no more tokens than its tables have rows, whatever their positions are. */
function addRotaryTable(g: DecoderBuilder, { sizes, rotary }: DecoderWeights, mostRows: number): void {
  const half = sizes.headSize / 2;
  for (const part of ['cos', 'sin'] as const) {
    const table = new Float32Array(mostRows * half);
    table.set(rotary[part]);
    g.floats(`${part}_cache`, [mostRows, half], table);
  }
}

/** q, k and v as one product; the scale of the scores is folded into q. */
function stackedQueryKeyValue({ linears }: DecoderLayer, { headSize }: DecoderSizes): LinearWeight {
  const query = scaleLinear(linears['self_attn.q_proj'], 1 / Math.sqrt(headSize));
  return concatenateLinears([query, linears['self_attn.k_proj'], linears['self_attn.v_proj']]);
}

/** Grouped-query attention without repeating keys: the G query heads that share a key head stand below each other. */
function addAttention(
  g: DecoderBuilder,
  sizes: DecoderSizes,
  layer: number,
  qkv: string,
  bias: string,
): string {
  const { heads, kvHeads, headSize } = sizes;
  const prefix = `layer.${layer}.attention`;
  const apart = g.reshape(qkv, [1, -1, heads + 2 * kvHeads, headSize], `${prefix}.heads`);
  const byHead = g.node('Transpose', [apart], `${prefix}.by_head`, { perm: ints([0, 2, 1, 3]) });
  const rotated = [`${prefix}.unrotated`, `${prefix}.value`];
  g.node('Split', [byHead, g.integers(`${prefix}.split_v`, [heads + kvHeads, kvHeads])], rotated, {
    axis: int(1),
  });
  const positioned = g.node(
    'RotaryEmbedding',
    [rotated[0], 'position_ids', 'cos_cache', 'sin_cache'],
    `${prefix}.rotated`,
    { interleaved: int(0) },
    contrib,
  );
  const queryKey = [`${prefix}.query`, `${prefix}.key`];
  g.node('Split', [positioned, g.integers(`${prefix}.split_k`, [heads, kvHeads])], queryKey, {
    axis: int(1),
  });
  return addTreeAttention(
    g,
    { ...sizes, layer, prefix, bias },
    { query: queryKey[0], key: queryKey[1], value: rotated[1] },
  );
}

/** silu(gate) · up; QuickGelu with alpha 1 is silu. */
function addGate(g: DecoderBuilder, gateUp: string, prefix: string): string {
  const halves = [`${prefix}.gate`, `${prefix}.up`];
  g.node('Split', [gateUp], halves, { axis: int(-1), num_outputs: int(2) });
  const opened = g.node('QuickGelu', [halves[0]], `${prefix}.silu`, { alpha: float(1) }, contrib);
  return g.node('Mul', [opened, halves[1]], `${prefix}.gated`);
}

/** The head runs on the rows that matter, in float32 whatever the activations are. */
function addHead(g: DecoderBuilder, hidden: string, { sizes, embedding }: DecoderWeights): void {
  const { vocabSize, hiddenSize } = sizes;
  const rows = g.reshape(hidden, [-1, hiddenSize], 'hidden_rows');
  const picked = g.node('Gather', [rows, 'head_rows'], 'head_states', { axis: int(0) });
  const head = transposed(embedding, vocabSize, hiddenSize);
  g.constant('lm_head', DataType.float32, [hiddenSize, vocabSize], head);
  addPickedLogProbs(g, g.node('MatMul', [picked, 'lm_head'], 'head_logits'));
}
