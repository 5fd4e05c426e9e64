import { contrib, type DecoderBuilder } from '../decoderBuilder.ts';
import { int, ints, type OnnxAttribute, type OnnxNode, type ValueInfo } from '../model.ts';
import { addTreeAttention, type AttentionVectors } from '../treeScoring.ts';
import { floatAttribute, intAttribute, unsupported, type GraphIndex } from './graphIndex.ts';

/** What one `GroupQueryAttention` of onnxruntime computes, as its inputs and attributes say. */
export interface GroupedAttention {
  readonly node: OnnxNode;
  readonly heads: number;
  readonly kvHeads: number;
  /** The input that brings the cached keys. */
  readonly cache: ValueInfo | undefined;
  /** Query, key and value `[1, tokens, …]`, or one tensor that holds all three. */
  readonly vectors: readonly [query: string, key: string, value: string] | readonly [packed: string];
  /** Factor of the scores; null: 1 / √headSize. */
  readonly scale: number | null;
  readonly softcap: number;
  /** Positions that a token sees, itself included; null: all before it. */
  readonly window: number | null;
  /** Tables of the rotation `[positions, half]`, where the operator applies it. */
  readonly rotary: {
    readonly cos: string;
    readonly sin: string;
    readonly isInterleaved: boolean;
    readonly positions: string;
  } | null;
}

const inputNames = ['attention_bias', 'head_sink', 'k_scale', 'v_scale'];

/** Throws `bad-input` for parts of the operator that the replacement does not compute. */
export function readGroupedAttention(node: OnnxNode, inputs: readonly ValueInfo[]): GroupedAttention {
  const [query = '', key = '', value = ''] = node.inputs;
  const [cos = '', sin = '', positions = ''] = node.inputs.slice(7);
  const extra = inputNames.find((_, place) => (node.inputs[10 + place] ?? '') !== '');
  if (extra !== undefined) throw unsupported(`its GroupQueryAttention takes ${extra}`, node.opType);
  if (intAttribute(node, 'smooth_softmax', 0) === 1)
    throw unsupported('its GroupQueryAttention smooths the softmax', node.opType);
  for (const part of ['k_quant_type', 'v_quant_type']) {
    const attribute = node.attributes[part];
    if (attribute?.kind === 'text' && attribute.value !== 'NONE')
      throw unsupported('its GroupQueryAttention keeps a quantized cache', node.opType);
  }
  if ((key === '') !== (value === ''))
    throw unsupported('its GroupQueryAttention has a key without a value', node.opType);
  const scale = floatAttribute(node, 'scale', 0);
  const window = intAttribute(node, 'local_window_size', -1);
  return {
    node,
    heads: intAttribute(node, 'num_heads', 0),
    kvHeads: intAttribute(node, 'kv_num_heads', 0),
    cache: inputs.find(({ name }) => name === node.inputs[3]),
    vectors: key === '' ? [query] : [query, key, value],
    scale: scale === 0 ? null : scale,
    softcap: floatAttribute(node, 'softcap', 0),
    window: window > 0 ? window : null,
    rotary:
      intAttribute(node, 'do_rotary', 0) === 0
        ? null
        : {
            cos,
            sin,
            isInterleaved: intAttribute(node, 'rotary_interleaved', 0) === 1,
            positions: positions === '' ? 'position_ids' : positions,
          },
  };
}

/** Puts attention in standard operators under `bias` in the place of the operator; its result keeps its name. */
export function replaceGroupedAttention(
  g: DecoderBuilder,
  attention: GroupedAttention,
  { layer, headSize, bias }: { layer: number; headSize: number; bias: string },
  index: GraphIndex,
): void {
  const { heads, kvHeads, node, softcap } = attention;
  const prefix = `scoring.${layer}`;
  const { query, key, value } = separateVectors(g, attention, headSize, prefix);
  const factor = attention.scale ?? 1 / Math.sqrt(headSize);
  const rotatedQuery = addRotation(g, attention, query, headSize, index);
  const scale = g.floats(`${prefix}.scale`, [], Float32Array.of(factor));
  const vectors: AttentionVectors = {
    // Scaled before the product, half-precision scores stay in range.
    query: g.node('Mul', [rotatedQuery, scale], `${prefix}.scaled_query`),
    key: addRotation(g, attention, key, headSize, index),
    value,
  };
  const attended = addTreeAttention(g, { layer, prefix, heads, kvHeads, headSize, bias, softcap }, vectors);
  g.node('Identity', [attended], node.outputs[0]);
}

/** Each kind of vector by heads, `[1, heads, tokens, headSize]`. */
function separateVectors(
  g: DecoderBuilder,
  { vectors, heads, kvHeads }: GroupedAttention,
  headSize: number,
  prefix: string,
): AttentionVectors {
  const byHead = (vector: string, count: number, name: string): string => {
    const apart = g.reshape(vector, [1, -1, count, headSize], `${prefix}.${name}_heads`);
    return g.node('Transpose', [apart], `${prefix}.${name}`, { perm: ints([0, 2, 1, 3]) });
  };
  const [query, key, value] = vectors;
  if (key !== undefined && value !== undefined)
    return {
      query: byHead(query, heads, 'query'),
      key: byHead(key, kvHeads, 'key'),
      value: byHead(value, kvHeads, 'value'),
    };
  const names = { query: `${prefix}.query`, key: `${prefix}.key`, value: `${prefix}.value` };
  const sizes = g.integers(`${prefix}.split`, [heads, kvHeads, kvHeads]);
  const packed = byHead(query, heads + 2 * kvHeads, 'packed');
  g.node('Split', [packed, sizes], Object.values(names), { axis: int(1) });
  return names;
}

function addRotation(
  g: DecoderBuilder,
  { rotary, heads, kvHeads, node }: GroupedAttention,
  vectors: string,
  headSize: number,
  index: GraphIndex,
): string {
  if (rotary === null) return vectors;
  const half = index.constant(rotary.cos)?.dims[1] ?? headSize / 2;
  if (half * 2 > headSize) throw unsupported('its rotation is wider than a head', node.opType);
  const count = vectors.endsWith('.query') ? heads : kvHeads;
  const attributes: Record<string, OnnxAttribute> = { interleaved: int(rotary.isInterleaved ? 1 : 0) };
  if (half * 2 < headSize) {
    attributes.num_heads = int(count);
    attributes.rotary_embedding_dim = int(half * 2);
  }
  return g.node(
    'RotaryEmbedding',
    [vectors, rotary.positions, rotary.cos, rotary.sin],
    `${vectors}_rotated`,
    attributes,
    contrib,
  );
}
