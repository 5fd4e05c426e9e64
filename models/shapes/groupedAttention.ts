import { DataType, float, int, type OnnxAttribute } from '../../src/onnx/index.ts';
import { contrib, type ExportGraph } from './exportGraph.ts';
import type { Rotation } from './rotaryAngles.ts';
import { slides, type DecoderShape } from './shapes.ts';

/** What GroupQueryAttention wants of the mask: the last position of each sequence and the total length, as int32. */
export function addLengths(g: ExportGraph): [lastPositions: string, totalLength: string] {
  const path = '/model/attn_mask_reformat/attn_mask_subgraph';
  const sum = g.node('ReduceSum', `${path}/ReduceSum`, ['attention_mask', g.integers([1])]);
  const last = g.node('Sub', `${path}/Sub`, [sum, g.integers([1])]);
  const columns = g.node('Gather', `${path}/Gather`, [
    g.node('Shape', `${path}/Shape`, ['attention_mask']),
    g.integers(1),
  ]);
  return [
    g.cast(`${path}/Sub/Cast`, last, DataType.int32),
    g.cast(`${path}/Gather/Cast`, columns, DataType.int32),
  ];
}

/** Attention as one operator over cached keys and values; gives the mix of the values, `[batch, tokens, heads · headSize]`. */
export function addGroupedAttention(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  input: string,
  lengths: readonly string[],
): string {
  const { heads, kvHeads, headSize, sliding } = shape;
  const path = `/model/layers.${layer}/attn`;
  const rotates = shape.rotary === 'attention';
  const projected = addQueryKeyValue(g, shape, path, input);
  const vectors = rotates ? projected : addRotated(g, shape, layer, projected);
  const name = `${path}/GroupQueryAttention`;
  const attributes: Record<string, OnnxAttribute> = {
    num_heads: int(heads),
    kv_num_heads: int(kvHeads),
    scale: float(headSize ** -0.5),
    do_rotary: int(rotates ? 1 : 0),
    rotary_interleaved: int(0),
    ...(sliding && { local_window_size: int(slides(shape, layer) ? sliding.window : -1) }),
  };
  return g.node(
    'GroupQueryAttention',
    name,
    [
      ...vectors,
      `past_key_values.${layer}.key`,
      `past_key_values.${layer}.value`,
      ...lengths,
      ...(rotates ? rotaryTables(g, shape, layer) : []),
    ],
    attributes,
    { domain: contrib, outputs: [`${name}/output_0`, `present.${layer}.key`, `present.${layer}.value`] },
  );
}

/** How vectors of a layer turn; layers that slide have tables of their own. */
export function rotationOf(shape: DecoderShape, layer: number): { suffix: string; rotation: Rotation } {
  const { sliding, contextLength, headSize, ropeScaling: scaling } = shape;
  const isSliding = slides(shape, layer);
  const theta = isSliding && sliding ? sliding.ropeTheta : shape.ropeTheta;
  const suffix = sliding === undefined ? '' : isSliding ? '_local' : '_global';
  return { suffix, rotation: { contextLength, headSize, theta, scaling } };
}

function rotaryTables(g: ExportGraph, shape: DecoderShape, layer: number): string[] {
  const { suffix, rotation } = rotationOf(shape, layer);
  return (['cos', 'sin'] as const).map((part) => g.rotaryTable(`${part}_cache${suffix}`, part, rotation));
}

/** Query and key vectors turned by an operator of their own; the value as it is. */
export function addRotated(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  vectors: readonly string[],
): string[] {
  const path = `/model/layers.${layer}/attn`;
  const positions = addPositions(g);
  const tables = rotaryTables(g, shape, layer);
  return vectors.map((vector, index) => {
    if (index === 2) return vector;
    const name = `${path}/${index === 0 ? 'q' : 'k'}_rotary/RotaryEmbedding`;
    // Heads are counted from the width of the tables.
    const attributes = { interleaved: int(0), num_heads: int(0), rotary_embedding_dim: int(0) };
    return g.node('RotaryEmbedding', name, [vector, positions, ...tables], attributes, { domain: contrib });
  });
}

/** The positions in the shape of the tokens, once for all layers. */
function addPositions(g: ExportGraph): string {
  const path = '/model/pos_ids_reformat';
  const result = `${path}/Reshape/output_0`;
  if (g.model.graph.nodes.some(({ outputs }) => outputs.includes(result))) return result;
  const length = g.node('Gather', `${path}/Gather`, [
    g.node('Shape', `${path}/Shape`, ['input_ids']),
    g.integers(1),
  ]);
  const column = g.node('Unsqueeze', `${path}/Unsqueeze`, [length, g.integers([0])]);
  const dims = g.node('Concat', `${path}/Concat`, [g.integers([-1]), column], { axis: int(0) });
  return g.node('Reshape', `${path}/Reshape`, ['position_ids', dims]);
}

/** Query, key and value vectors; as one tensor and two blanks where one product computes them all. */
export function addQueryKeyValue(g: ExportGraph, shape: DecoderShape, path: string, input: string): string[] {
  const { heads, kvHeads, headSize, hiddenSize } = shape;
  const project = (name: string, size: number): string => {
    const product = g.linear(`${path}/${name}_proj`, input, size, hiddenSize);
    if (!shape.hasQueryKeyValueBias) return product;
    const bias = g.weight(`${path.slice(1).replaceAll('/', '.')}.${name}_proj.Add.bias`, [size], 0.3);
    return g.node('Add', `${path}/${name}_proj/Add`, [product, bias]);
  };
  if (shape.packsQueryKeyValue) return [project('qkv', (heads + 2 * kvHeads) * headSize), '', ''];
  const [query, key, value] = [
    project('q', heads * headSize),
    project('k', kvHeads * headSize),
    project('v', kvHeads * headSize),
  ];
  if (!shape.normalizesQueryKey) return [query, key, value];
  return [
    normalized(g, shape, `${path}/q_norm`, query, heads),
    normalized(g, shape, `${path}/k_norm`, key, kvHeads),
    value,
  ];
}

/** RMSNorm of each head's vector apart. */
function normalized(g: ExportGraph, shape: DecoderShape, path: string, input: string, heads: number): string {
  const { headSize, rmsNormEpsilon } = shape;
  const apart = g.node('Reshape', `${path}/Reshape_1`, [input, g.integers([0, -1, headSize])]);
  const weight = g.weight(`${path.slice(1).replaceAll('/', '.')}.layernorm.weight`, [headSize], 0.2, {
    centre: 1,
  });
  const attributes = { axis: int(-1), epsilon: float(rmsNormEpsilon), stash_type: int(1) };
  const normed = g.node(
    'SimplifiedLayerNormalization',
    `${path}/SimplifiedLayerNormalization`,
    [apart, weight],
    attributes,
  );
  return g.node('Reshape', `${path}/Reshape_2`, [normed, g.integers([0, -1, heads * headSize])]);
}
