import type { OnnxGraph, OnnxNode } from '../model.ts';
import { intAttribute, unsupported, type GraphIndex } from './graphIndex.ts';

/** The last matrix product of a decoder and what is around it. */
export interface LanguageHead {
  /** `MatMul`, `Gemm`, `MatMulNBits`, …: its first input are the final hidden states. */
  readonly product: OnnxNode;
  /** Elementwise operators between the product and `logits`, in order: casts, scales, a softcap, a bias. */
  readonly after: readonly { readonly node: OnnxNode; readonly input: string }[];
  /** The final hidden states of all tokens, before any of them are selected. */
  readonly hidden: string;
  readonly vocabSize: number;
  readonly hiddenSize: number;
}

const products = new Set(['MatMul', 'Gemm', 'MatMulNBits', 'MatMulBnb4', 'FusedMatMul']);
const elementwise = new Set(['Cast', 'Mul', 'Div', 'Tanh', 'Add', 'Identity', 'Clip']);
/** Operators that arrange rows or select some; their first input holds them all. */
const arranging = new Set(['Reshape', 'Slice', 'Gather', 'Squeeze', 'Unsqueeze']);

/**
 * Finds the head of a language model by going back from its output `logits`. Throws `bad-input`, naming the
 * operator, where there is no such product. The graph must have no circles.
 */
export function findLanguageHead(index: GraphIndex): LanguageHead {
  const after: { node: OnnxNode; input: string }[] = [];
  let at = 'logits';
  for (;;) {
    const node = index.producer(at);
    if (node === undefined) throw unsupported('nothing computes its logits', 'logits');
    if (products.has(node.opType)) {
      const { vocabSize, hiddenSize } = headSizes(node, index);
      return { product: node, after, hidden: withAllRows(node.inputs[0], index), vocabSize, hiddenSize };
    }
    if (elementwise.has(node.opType)) {
      const [input, other] = node.inputs.filter((name) => name !== '' && !index.isConstant(name));
      if (input === undefined || other !== undefined)
        throw unsupported(`its logits are no function of one product (${node.opType})`, node.opType);
      after.unshift({ node, input });
      at = input;
    } else if (arranging.has(node.opType)) at = node.inputs[0];
    else throw unsupported(`its logits come from ${node.opType}, not from a matrix product`, node.opType);
  }
}

/** Refuses encoders, decoders that read one, and models without the inputs and outputs of a language model. */
export function checkIsDecoder({ inputs, outputs }: OnnxGraph): void {
  const encoder = inputs.find(({ name }) => name.startsWith('encoder_'));
  if (encoder)
    throw unsupported(`it is the decoder of an encoder–decoder model (input ${encoder.name})`, encoder.name);
  if (!outputs.some(({ name }) => name === 'logits')) {
    const names = outputs.slice(0, 3).map(({ name }) => name);
    throw unsupported(`it has no output logits but ${names.join(', ') || 'none at all'}`, 'logits');
  }
  if (!inputs.some(({ name }) => name === 'input_ids'))
    throw unsupported('it has no input input_ids: its embeddings are a model of their own', 'input_ids');
}

function headSizes(node: OnnxNode, index: GraphIndex): { vocabSize: number; hiddenSize: number } {
  if (node.opType === 'MatMulNBits' || node.opType === 'MatMulBnb4')
    return { vocabSize: intAttribute(node, 'N', 0), hiddenSize: intAttribute(node, 'K', 0) };
  const dims = index.matrixDims(node.inputs[1]);
  if (dims === undefined)
    throw unsupported(`the weight of its head (${node.opType}) is no constant`, node.opType);
  const isTurned = intAttribute(node, 'transB', 0) === 1;
  const [hiddenSize, vocabSize] = isTurned ? [dims[1], dims[0]] : dims;
  return { vocabSize, hiddenSize };
}

/** Newer exports give logits of the last tokens only, and `Gemm` takes its rows without a batch. */
function withAllRows(name: string, index: GraphIndex): string {
  let at = name;
  for (let node = index.producer(at); node && arranging.has(node.opType); node = index.producer(at))
    at = node.inputs[0];
  return at;
}
