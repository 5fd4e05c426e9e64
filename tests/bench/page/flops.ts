import type { Runtime } from '../../../src/lm/index.ts';
import {
  constantTensor,
  DataType,
  emptyModel,
  node,
  writeModel,
  type LlamaConfig,
} from '../../../src/onnx/index.ts';

/**
 * FLOP of the products that the answer needs: each token through the linear layers once, each token's query against
 * the tokens that it really attends to, and the head on the rows that predict something.
 */
export function neededFlop(config: LlamaConfig, tokens: number, attended: number, headRows: number): number {
  const { hiddenSize, heads, kvHeads, intermediateSize, layers, vocabSize } = config;
  const headSize = hiddenSize / heads;
  const linear = hiddenSize * (2 * hiddenSize + 2 * kvHeads * headSize + 3 * intermediateSize);
  return 2 * (layers * (tokens * linear + 2 * attended * hiddenSize) + headRows * hiddenSize * vocabSize);
}

/** FLOP per second of one bare product `[rows, inner] · [inner, columns]` on this runtime. */
export async function productSpeed(
  runtime: Runtime,
  rows: number,
  inner: number,
  columns: number,
): Promise<number> {
  const model = emptyModel('product');
  model.graph.inputs.push({ name: 'a', elementType: DataType.float32, shape: [rows, inner] });
  model.graph.outputs.push({ name: 'c', elementType: DataType.float32, shape: [rows, columns] });
  const weight = new Float32Array(inner * columns).fill(0.01);
  model.graph.initializers.push(constantTensor('b', DataType.float32, [inner, columns], weight));
  model.graph.nodes.push(node('MatMul', ['a', 'b'], ['c']));
  const session = await runtime.ort.InferenceSession.create(writeModel(model), runtime.sessionOptions);
  const a = new runtime.ort.Tensor('float32', new Float32Array(rows * inner).fill(0.5), [rows, inner]);
  let best = Infinity;
  for (let run = 0; run < 20; run++) {
    const start = performance.now();
    await session.run({ a });
    best = Math.min(best, performance.now() - start);
  }
  return (2 * rows * inner * columns) / (best / 1000);
}
