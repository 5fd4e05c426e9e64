import { contrib } from '../decoderBuilder.ts';
import type { OnnxModel, OnnxNode } from '../model.ts';
import { unsupported, type GraphIndex } from './graphIndex.ts';

/** Where a graph is to run. */
export type ExportDevice = 'webgpu' | 'wasm';

/** Operators that onnxruntime's WebAssembly build lacks. */
const withoutKernel = new Set(['GatherBlockQuantized']);

/** Operators that compute each token's row by itself, or only shapes. */
const rowWise = new Set(
  [
    'Abs Add Cast Clip Cos Div Equal Erf Exp Greater Less Log Max Min Mul Neg Pow Reciprocal Sin Sqrt Sub Tanh Where',
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
  ['MultiHeadAttention', 'its attention is MultiHeadAttention, and only GroupQueryAttention can be replaced'],
  ['Attention', 'its attention is Attention, and only GroupQueryAttention can be replaced'],
  ['Softmax', 'its attention is written out (Softmax), and only GroupQueryAttention can be replaced'],
  [
    'DynamicQuantizeLinear',
    'DynamicQuantizeLinear rounds all tokens of a pass together, so that answers would depend on what else is read',
  ],
]);

/** Refuses operators that the device does not run, by name. */
export function checkRunnable({ graph, opsetImports }: OnnxModel, device: ExportDevice): void {
  for (const { opType, domain } of graph.nodes) {
    if (device === 'wasm' && withoutKernel.has(opType))
      throw unsupported(`on a processor onnxruntime has no ${opType}; a GPU may run it`, opType);
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
 * continuations in one pass would then give wrong answers without a sign. `nodes`: those that `logits` needs.
 */
export function checkRowWise(nodes: readonly OnnxNode[], index: GraphIndex): void {
  const mixing = nodes.find(({ opType }) => reasons.has(opType));
  if (mixing) throw unsupported(reasons.get(mixing.opType) ?? '', mixing.opType);
  for (const node of nodes) {
    if (isGroupedAttention(node)) continue;
    const { opType, inputs } = node;
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
