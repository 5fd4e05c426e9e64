import { AppError } from '../platform/index.ts';
import { transposed } from './decoderBuilder.ts';
import { linearRecord, type DecoderLayer, type DecoderWeights, type LinearWeight } from './decoderWeights.ts';
import { fromFloat16 } from './float16.ts';
import { DataType, type OnnxModel, type OnnxNode, type OnnxTensor } from './model.ts';
import type { QuantizationFormat } from './quantization.ts';

/**
 * The weights of a decoder that `exportDecoder` wrote, in whatever format it stores them; quantized layers stay
 * quantized. Throws `bad-input` for any other model.
 */
export function readDecoder(model: OnnxModel): DecoderWeights {
  const constants = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const products = new Map(model.graph.nodes.map((node) => [node.inputs[1], node]));
  const floats = (name: string): Float32Array => floatValues(constant(constants, name));
  const attention = firstNode(model, 'GroupQueryAttention');
  const embedding = constant(constants, 'model.embed_tokens.weight');
  const cos = constant(constants, 'cos_cache');
  const layers = model.graph.nodes.filter((node) => node.opType === 'GroupQueryAttention').length;
  return {
    sizes: {
      vocabSize: embedding.dims[0],
      hiddenSize: embedding.dims[1],
      heads: number(attention, 'num_heads'),
      kvHeads: number(attention, 'kv_num_heads'),
      headSize: cos.dims[1] * 2,
      contextLength: cos.dims[0],
      rmsNormEpsilon: number(firstNode(model, 'SimplifiedLayerNormalization'), 'epsilon'),
    },
    embedding: floatValues(embedding),
    layers: Array.from({ length: layers }, (_, layer): DecoderLayer => {
      const prefix = `model.layers.${layer}.`;
      return {
        inputNorm: floats(`${prefix}input_layernorm.weight`),
        postAttentionNorm: floats(`${prefix}post_attention_layernorm.weight`),
        linears: linearRecord((name) => readLinear(constants, products, `${prefix}${name}.weight`)),
      };
    }),
    finalNorm: floats('model.norm.weight'),
    rotary: { cos: floatValues(cos), sin: floats('sin_cache') },
  };
}

function readLinear(
  constants: ReadonlyMap<string, OnnxTensor>,
  products: ReadonlyMap<string, OnnxNode>,
  name: string,
): LinearWeight {
  const dense = constants.get(name);
  if (dense) {
    const [inSize, outSize] = dense.dims;
    return { outSize, inSize, values: transposed(floatValues(dense), inSize, outSize) };
  }
  const product = products.get(`${name}.quants`);
  if (product?.opType !== 'MatMulNBits') throw unknownDecoder(`it has no weight ${name}`);
  const zeroPoints = constants.get(`${name}.zero_points`);
  return {
    format: quantizationFormat(product, zeroPoints === undefined),
    outSize: number(product, 'N'),
    inSize: number(product, 'K'),
    packed: constant(constants, `${name}.quants`).data,
    scales: floatValues(constant(constants, `${name}.scales`)),
    ...(zeroPoints && { zeroPoints: zeroPoints.data }),
  };
}

function quantizationFormat(product: OnnxNode, symmetric: boolean): QuantizationFormat {
  const bits = number(product, 'bits');
  const blockSize = number(product, 'block_size');
  if (bits !== 4 && bits !== 8) throw unknownDecoder(`its weights have ${bits} bits`);
  if (blockSize !== 16 && blockSize !== 32 && blockSize !== 64 && blockSize !== 128)
    throw unknownDecoder(`its weights share a scale among ${blockSize}`);
  return { bits, blockSize, symmetric };
}

/** Values of a float constant; the bytes may lie at any offset in the file. */
function floatValues(tensor: OnnxTensor): Float32Array {
  const bytes = tensor.data.slice();
  if (tensor.dataType === DataType.float32) return new Float32Array(bytes.buffer);
  if (tensor.dataType === DataType.float16) return fromFloat16(new Uint16Array(bytes.buffer));
  throw unknownDecoder(`constant ${tensor.name} holds no floats`);
}

function constant(constants: ReadonlyMap<string, OnnxTensor>, name: string): OnnxTensor {
  const tensor = constants.get(name);
  if (tensor === undefined) throw unknownDecoder(`it has no constant ${name}`);
  return tensor;
}

function firstNode(model: OnnxModel, opType: string): OnnxNode {
  const node = model.graph.nodes.find((candidate) => candidate.opType === opType);
  if (node === undefined) throw unknownDecoder(`it has no ${opType}`);
  return node;
}

function number(node: OnnxNode, name: string): number {
  const attribute = node.attributes[name];
  if (attribute?.kind !== 'int' && attribute?.kind !== 'float')
    throw unknownDecoder(`${node.opType} has no ${name}`);
  return Number(attribute.value);
}

function unknownDecoder(problem: string): AppError {
  return new AppError('bad-input', `This is no decoder that Onward exported: ${problem}.`);
}
