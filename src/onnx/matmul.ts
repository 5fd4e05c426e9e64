import { AppError } from '../platform/index.ts';
import { add } from './arithmetic.ts';
import { permute, type Graph, type Tensor } from './graph.ts';
import { float, int } from './model.ts';

/** Reads an operand with its last two axes exchanged. */
export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Matrix product over the last two axes, batched over the others, which both operands share:
 * `[…, m, k] × […, k, n] → […, m, n]`, each operand optionally transposed.
 */
export function matmul(graph: Graph, a: Tensor, b: Tensor, options: Transposed = {}): Tensor {
  const { transposeA: tA = false, transposeB: tB = false } = options;
  return graph.record(product(graph, a, b, tA, tB), [
    {
      input: a,
      gradient: (dy) => (tA ? product(graph, b, dy, tB, true) : product(graph, dy, b, false, !tB)),
    },
    {
      input: b,
      gradient: (dy) => (tB ? product(graph, dy, a, true, tA) : product(graph, a, dy, !tA, false)),
    },
  ]);
}

/** `x [n, in] → [n, out]` by a weight stored `[out, in]`, as Hugging Face does, and an optional bias `[out]`. */
export function linear(graph: Graph, x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const output = matmul(graph, x, weight, { transposeB: true });
  return bias === undefined ? output : add(graph, output, bias);
}

/** A low-rank update of a linear map: `loraA [rank, in]`, `loraB [out, rank]` (starts at 0), times alpha / rank. */
export interface LoraTensors {
  readonly loraA: Tensor;
  readonly loraB: Tensor;
  readonly alpha: number;
}

/** `linear` plus the low-rank path: x Wᵀ + (alpha / rank) (x Aᵀ) Bᵀ (Hu et al. 2021, eq. 3). */
export function loraLinear(graph: Graph, x: Tensor, weight: Tensor, lora: LoraTensors): Tensor {
  const rank = lora.loraA.shape[0];
  const hidden = linear(graph, x, lora.loraA);
  const update = scaledLinear(graph, hidden, lora.loraB, lora.alpha / rank);
  return add(graph, linear(graph, x, weight), update);
}

function scaledLinear(graph: Graph, x: Tensor, weight: Tensor, factor: number): Tensor {
  return graph.record(gemm(graph, x, weight, false, true, factor), [
    { input: x, gradient: (dy) => gemm(graph, dy, weight, false, false, factor) },
    { input: weight, gradient: (dy) => gemm(graph, dy, x, true, false, factor) },
  ]);
}

/** The product alone, not recorded. Gemm takes transposed matrices as they lie; batches need a Transpose. */
export function product(graph: Graph, a: Tensor, b: Tensor, tA: boolean, tB: boolean): Tensor {
  if (a.shape.length === 2 && b.shape.length === 2 && (tA || tB)) return gemm(graph, a, b, tA, tB, 1);
  const left = tA ? swapLastAxes(graph, a) : a;
  const right = tB ? swapLastAxes(graph, b) : b;
  const batch = left.shape.slice(0, -2);
  if (left.shape.at(-1) !== right.shape.at(-2) || batch.join() !== right.shape.slice(0, -2).join())
    throw new AppError('internal', `Cannot multiply [${left.shape.join()}] by [${right.shape.join()}].`);
  return graph.emit(
    'MatMul',
    [left, right],
    [...left.shape.slice(0, -1), right.shape[right.shape.length - 1]],
  );
}

function gemm(graph: Graph, a: Tensor, b: Tensor, tA: boolean, tB: boolean, alpha: number): Tensor {
  const [rows, inner] = tA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [depth, columns] = tB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (inner !== depth)
    throw new AppError('internal', `Cannot multiply [${a.shape.join()}] by [${b.shape.join()}].`);
  const attributes = { transA: int(Number(tA)), transB: int(Number(tB)), alpha: float(alpha) };
  return graph.emit('Gemm', [a, b], [rows, columns], attributes);
}

function swapLastAxes(graph: Graph, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  return permute(graph, x, [...axes.slice(0, -2), last, last - 1]);
}
