import { DataType, float, int } from '../../src/onnx/index.ts';
import { contrib, type ExportGraph } from './exportGraph.ts';
import type { DecoderShape } from './shapes.ts';

/** What a block passes on: the stream of the residuals, and it again, normalised for the next branch. */
export interface Stream {
  readonly residual: string;
  readonly normed: string;
}

/** RMSNorm; in Gemma's half-precision exports it computes in float32, whose range the stream needs. */
export function norm(g: ExportGraph, shape: DecoderShape, path: string, input: string): string {
  if (shape.attention === 'written-out') return writtenOutNorm(g, shape, path, input);
  const isWide = g.types.isHalf && shape.isGemma;
  const wide = isWide ? g.cast(`${path}/Cast_input`, input, DataType.float32) : input;
  const attributes = { axis: int(-1), epsilon: float(shape.rmsNormEpsilon), stash_type: int(1) };
  const inputs = [wide, normWeight(g, path, shape.hiddenSize, isWide)];
  const normed = g.node('SimplifiedLayerNormalization', `${path}/LayerNorm`, inputs, attributes);
  return isWide ? g.cast(`${path}/Cast_output`, normed, g.floatType) : normed;
}

/** RMSNorm in standard operators, in float32 but for the weight, as PyTorch's exporter writes it. */
function writtenOutNorm(g: ExportGraph, shape: DecoderShape, path: string, input: string): string {
  const number = (value: number): string => g.scalar(value, DataType.float32);
  const wide = g.types.isHalf ? g.cast(`${path}/Cast`, input, DataType.float32) : input;
  const square = g.node('Pow', `${path}/Pow`, [wide, number(2)]);
  const mean = g.node('ReduceMean', `${path}/ReduceMean`, [square, g.integers([-1])]);
  const shifted = g.node('Add', `${path}/Add_epsilon`, [mean, number(shape.rmsNormEpsilon)]);
  const deviation = g.node('Sqrt', `${path}/Sqrt`, [shifted]);
  const inverse = g.node('Div', `${path}/Div`, [number(1), deviation]);
  const normed = g.node('Mul', `${path}/Mul`, [wide, inverse]);
  const narrow = g.types.isHalf ? g.cast(`${path}/Cast_1`, normed, g.floatType) : normed;
  const weight = normWeight(g, path, shape.hiddenSize, false);
  return g.node('Mul', `${path}/Mul_1`, [weight, narrow]);
}

/** Adds a branch to the stream and normalises the sum. */
export function addAndNorm(
  g: ExportGraph,
  shape: DecoderShape,
  path: string,
  residual: string,
  branch: string,
): Stream {
  if (shape.fusesSums && shape.attention !== 'written-out') return skipNorm(g, shape, path, residual, branch);
  const sum = g.node('Add', `${path}/Add`, [residual, branch]);
  return { residual: sum, normed: norm(g, shape, path, sum) };
}

/** The same in one operator. */
function skipNorm(
  g: ExportGraph,
  shape: DecoderShape,
  path: string,
  residual: string,
  branch: string,
): Stream {
  const isWide = g.types.isHalf && shape.isGemma;
  const widened = (input: string, name: string) =>
    isWide ? g.cast(`${path}/Cast_${name}`, input, DataType.float32) : input;
  const inputs = [
    widened(residual, 'residual'),
    widened(branch, 'branch'),
    normWeight(g, path, shape.hiddenSize, isWide),
  ];
  const name = `${path}/SkipLayerNorm`;
  const outputs = [`${name}/output_0`, '', '', `${name}/output_3`];
  const attributes = { epsilon: float(shape.rmsNormEpsilon) };
  g.node('SkipSimplifiedLayerNormalization', name, inputs, attributes, { domain: contrib, outputs });
  if (!isWide) return { normed: outputs[0], residual: outputs[3] };
  return {
    normed: g.cast(`${path}/Cast_normed`, outputs[0], g.floatType),
    residual: g.cast(`${path}/Cast_sum`, outputs[3], g.floatType),
  };
}

function normWeight(g: ExportGraph, path: string, size: number, isWide: boolean): string {
  const name = `${path.slice(1).replaceAll('/', '.')}.weight`;
  return g.weight(name, [size], 0.2, { centre: 1, isHalf: g.types.isHalf && !isWide });
}
