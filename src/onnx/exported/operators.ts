import { contrib } from '../decoderBuilder.ts';
import type { OnnxModel, OnnxNode } from '../model.ts';
import { unsupported, type GraphIndex } from './graphIndex.ts';

/** Where a graph is to run. */
export type ExportDevice = 'webgpu' | 'wasm';

/** Operators that compute each token's row by itself, or only shapes. */
const rowWise = new Set(
  [
    'Abs Add Cast Clip Cos Div Equal Erf Exp Floor Greater IsNaN Less Log Max Min Mul Neg Pow Reciprocal Sin Sqrt Sub Tanh Where',
    'BiasGelu FastGelu Gelu QuickGelu Relu Sigmoid Silu Swish',
    'LayerNormalization RMSNormalization SimplifiedLayerNormalization SkipLayerNormalization',
    'SkipSimplifiedLayerNormalization ReduceMean RotaryEmbedding',
    'DequantizeLinear FusedMatMul Gemm MatMul MatMulBnb4 MatMulNBits MoE QMoE',
    'Concat Constant ConstantOfShape Expand Gather GatherBlockQuantized Identity Range Reshape Shape Slice Split',
    'Squeeze Transpose Unsqueeze',
  ].flatMap((line) => line.split(' ')),
);

/** Why an operator that mixes rows, and is no attention that can be replaced, makes scoring wrong. */
const reasons = new Map([
  ['MultiHeadAttention', 'beside other attention it has MultiHeadAttention'],
  ['Attention', 'its attention is Attention, an operator that cannot be made to read trees'],
  ['Softmax', 'beside its attention operators it has a Softmax'],
  [
    'DynamicQuantizeLinear',
    'DynamicQuantizeLinear rounds all tokens of a pass together, so that answers would depend on what else is read',
  ],
]);

/** Refuses operators that onnxruntime does not run, by name. */
export function checkRunnable({ graph, opsetImports }: OnnxModel): void {
  for (const { opType, domain } of graph.nodes) {
    if (!['', 'ai.onnx', contrib].includes(domain))
      throw unsupported(
        `it needs the operator ${opType} of ${domain}, which onnxruntime does not have`,
        opType,
      );
  }
  const version = opsetImports.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (version < 13)
    throw unsupported(`it uses opset ${version} of ONNX, and 13 is the oldest that is read`, 'opset');
}

/** The one form of attention that can be replaced by an equal one over trees. */
export function isGroupedAttention({ opType, domain }: OnnxNode): boolean {
  return opType === 'GroupQueryAttention' && domain === contrib;
}

/**
 * Refuses a graph in which, beside the attention that will be replaced, a token's row depends on other rows: a tree of
 * continuations in one pass would then give wrong answers without a sign. `nodes`: those that `logits` needs;
 * `isAttention`: which of them are parts of that attention.
 */
export function checkRowWise(
  nodes: readonly OnnxNode[],
  index: GraphIndex,
  isAttention: (node: OnnxNode) => boolean,
): void {
  const others = nodes.filter((node) => !isAttention(node));
  const mixing = others.find(({ opType }) => reasons.has(opType));
  if (mixing) throw unsupported(reasons.get(mixing.opType) ?? '', mixing.opType);
  for (const { opType, inputs } of others) {
    if (!rowWise.has(opType))
      throw unsupported(
        `it has the operator ${opType}, which is not known to compute each token by itself`,
        opType,
      );
    if (opType === 'MatMul' && !inputs.some((name) => index.isConstant(name)))
      throw unsupported(
        'it multiplies activations with each other (MatMul) outside of its attention',
        opType,
      );
  }
}
