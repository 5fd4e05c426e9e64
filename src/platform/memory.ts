import { AppError } from './errors.ts';

/**
 * How browsers and onnxruntime say that there is no memory left: V8 and SpiderMonkey of arrays, emscripten of its heap
 * (`bad_alloc`, `OOM`), WebGPU of buffers, onnxruntime-web of an exception that it could not carry across (a bare number).
 */
const outOfMemory =
  /out of memory|\bOOM\b|bad_alloc|allocation fail|failed to allocate|Cannot enlarge memory|Maximum memory size|Invalid typed array length|size is too large for the implementation/i;

/** A runtime's failure: `out-of-memory` where that is what it says, else null. */
export function outOfMemoryError(cause: unknown): AppError | null {
  if (!outOfMemory.test(String(cause))) return null;
  const message = `There is not enough memory: ${String(cause)}`;
  return new AppError('out-of-memory', message, {}, { cause });
}
