import { AppError } from '../../platform/index.ts';
import type { OrtTensor } from './runtime.ts';

/** Float32 rows of some hundred probabilities sum to 1 within this much. */
const slack = 0.02;

/** Throws `bad-output` where a row of `[rows × occupations]` is no distribution: a buffer that was never written, say. */
export function checkDistributions(rows: Float32Array, occupations: number): void {
  for (let start = 0; start < rows.length; start += occupations) {
    let sum = 0;
    for (let i = start; i < start + occupations; i++) sum += rows[i];
    // Whatever is no number is not within the slack either.
    if (!(Math.abs(sum - 1) <= slack)) throw badOutput(`probabilities sum to ${sum}`);
  }
}

/**
 * Throws `bad-output` where a vector that was not empty has become all zeros: no optimizer step does that. Nothing is said of
 * vectors that lie on the GPU (null), which are looked at when they leave it.
 */
export function checkNotErased(name: string, before: Float32Array | null, after: Float32Array | null): void {
  if (before && after && isErased(after) && !isErased(before))
    throw badOutput(`${name} has become all zeros`);
}

/** Whether all values of a vector are numbers; true where it lies on the GPU, whose vectors are looked at when they are kept. */
export function hasNumbersOnly(tensor: OrtTensor): boolean {
  return inMemory(tensor)?.every(Number.isFinite) ?? true;
}

/** Its values; null where it lies on the GPU. */
export function inMemory(tensor: OrtTensor): Float32Array | null {
  return tensor.location === 'cpu' && tensor.data instanceof Float32Array ? tensor.data : null;
}

const isErased = (vector: Float32Array): boolean => vector.every((value) => value === 0);

export function badOutput(problem: string): AppError {
  return new AppError('bad-output', `The device gave an answer that cannot be right: ${problem}.`, {
    problem,
  });
}
