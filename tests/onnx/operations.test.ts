import { describe, expect, it } from 'vitest';
import {
  add,
  causalAttention,
  causalMask,
  crossEntropy,
  embedding,
  gelu,
  layerNorm,
  linear,
  loraLinear,
  matmul,
  mergeHeads,
  multiply,
  reshape,
  rmsNorm,
  rope,
  rotaryTables,
  scale,
  silu,
  softmax,
  splitHeads,
  swiglu,
  tanh,
  transpose,
  type Graph,
  type Tensor,
} from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkOperation } from './centralDifferences.ts';

type Tensors = Record<string, Tensor>;
interface Operation {
  readonly shapes: Record<string, readonly number[]>;
  readonly build: (graph: Graph, tensors: Tensors) => Tensor;
}

const attention = { batchSize: 2, sequenceLength: 5, heads: 4, kvHeads: 2, headSize: 6 };
const heads = (count: number): number[] => [2, count, 5, 6];

const operations: Record<string, Operation> = {
  'add with broadcasting': {
    shapes: { a: [3, 1, 4], b: [5, 1] },
    build: (graph, { a, b }) => add(graph, a, b),
  },
  'multiply with broadcasting': {
    shapes: { a: [3, 4], b: [2, 1, 4] },
    build: (graph, { a, b }) => multiply(graph, a, b),
  },
  'multiply a value by itself': { shapes: { a: [7] }, build: (graph, { a }) => multiply(graph, a, a) },
  'the same operation asked for twice': {
    shapes: { a: [7] },
    build: (graph, { a }) => add(graph, tanh(graph, a), multiply(graph, tanh(graph, a), a)),
  },
  'scale, reshape, transpose': {
    shapes: { a: [2, 3, 4] },
    build: (graph, { a }) => transpose(graph, reshape(graph, scale(graph, a, -1.7), [4, 3, 2]), [1, 2, 0]),
  },
  'dropout mask': {
    shapes: { a: [3, 4] },
    build: (graph, { a }) => multiply(graph, a, graph.constant([0, 2, 2, 0, 2, 0, 0, 2, 2, 2, 0, 0], [3, 4])),
  },
  'linear with bias': {
    shapes: { x: [5, 3], weight: [4, 3], bias: [4] },
    build: (graph, { x, weight, bias }) => linear(graph, x, weight, bias),
  },
  LoRA: {
    shapes: { x: [5, 6], weight: [4, 6], loraA: [2, 6], loraB: [4, 2] },
    build: (graph, { x, weight, loraA, loraB }) => loraLinear(graph, x, weight, { loraA, loraB, alpha: 3 }),
  },
  RMSNorm: {
    shapes: { x: [4, 6], weight: [6] },
    build: (graph, { x, weight }) => rmsNorm(graph, x, weight, 1e-5),
  },
  LayerNorm: {
    shapes: { x: [4, 6], weight: [6], bias: [6] },
    build: (graph, { x, weight, bias }) => layerNorm(graph, x, weight, bias, 1e-5),
  },
  SiLU: { shapes: { x: [20] }, build: (graph, { x }) => silu(graph, x) },
  SwiGLU: { shapes: { gate: [4, 5], up: [4, 5] }, build: (graph, { gate, up }) => swiglu(graph, gate, up) },
  GELU: { shapes: { x: [20] }, build: (graph, { x }) => gelu(graph, x) },
  tanh: { shapes: { x: [20] }, build: (graph, { x }) => tanh(graph, x) },
  softmax: { shapes: { x: [3, 7] }, build: (graph, { x }) => softmax(graph, x) },
  RoPE: {
    shapes: { x: heads(4) },
    build: (graph, { x }) => rope(graph, x, rotaryTables(graph, attention, 10_000)),
  },
  'heads apart and together': {
    shapes: { x: [10, 24] },
    build: (graph, { x }) => mergeHeads(graph, tanh(graph, splitHeads(graph, x, attention, 4))),
  },
  'causal grouped-query attention': {
    shapes: { q: heads(4), k: heads(2), v: heads(2) },
    build: (graph, { q, k, v }) => causalAttention(graph, q, k, v, causalMask(graph, 5)),
  },
  'embedding with recurring ids, tied to the output': {
    shapes: { table: [4, 3] },
    build: (graph, { table }) =>
      linear(graph, embedding(graph, table, graph.integers([2, 0, 2, 2, 3])), table),
  },
  'cross-entropy with weights': {
    shapes: { logits: [4, 6] },
    build: (graph, { logits }) => {
      const labels = reshape(graph, graph.integers([5, 0, 2, 2]), [4, 1]);
      return crossEntropy(graph, logits, labels, graph.constant([0.5, 0, 0.2, 0.3], [4, 1]));
    },
  },
};

for (const transposeA of [false, true])
  for (const transposeB of [false, true])
    for (const batch of [[], [2], [2, 3]]) {
      const a = [...batch, ...(transposeA ? [4, 3] : [3, 4])];
      const b = [...batch, ...(transposeB ? [5, 4] : [4, 5])];
      operations[`matmul [${a.join()}] × [${b.join()}]${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`] =
        {
          shapes: { a, b },
          build: (graph, tensors) => matmul(graph, tensors.a, tensors.b, { transposeA, transposeB }),
        };
    }

describe('the gradient of every operation agrees with central differences to 1e-6', () => {
  it.each(Object.entries(operations))('%s', async (name, { shapes, build }) => {
    const { worst } = await checkOperation(shapes, build, new SeededRandom(name));
    expect(worst).toBeLessThan(1e-6);
  });
});
