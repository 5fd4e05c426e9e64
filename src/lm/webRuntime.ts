import { isSealed, runtimeFile } from '../shell/index.ts';
import type { Runtime } from './runtime.ts';

/** More threads than this do not make a small model faster. */
const usefulThreads = 4;

/**
 * onnxruntime for one GPU device. The build is downloaded on the first call, from our own origin. All sessions of a
 * page share the first device they were given; a later call needs a fresh worker to take another one.
 */
export async function webgpuRuntime(gpuDevice: GPUDevice): Promise<Runtime> {
  const ort = await gpuBuild();
  ort.env.wasm.numThreads = 1;
  const sessionOptions = { executionProviders: [{ name: 'webgpu', device: gpuDevice }] };
  return { ort, sessionOptions, gpuDevice, threads: 1 };
}

/** onnxruntime for the processor, with threads where the page is isolated from other origins. */
export async function wasmRuntime(mostThreads = usefulThreads): Promise<Runtime> {
  const ort = await processorBuild();
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  ort.env.wasm.numThreads = threads;
  // Threads that wait in a loop take the core from whoever they wait for, where the machine does anything else.
  const extra = { session: { intra_op: { allow_spinning: '0' } } };
  return { ort, sessionOptions: { executionProviders: ['wasm'], extra }, threads };
}

/** The small build; on a sealed page that stored only the one for WebGPU, that one, which knows the processor, too. */
async function processorBuild() {
  const [ort, { default: wasm }] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  try {
    await useProgram(ort, wasm);
    return ort;
  } catch (error) {
    if (!(await isSealed())) throw error;
    return gpuBuild();
  }
}

async function gpuBuild() {
  const [ort, { default: wasm }] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
  ]);
  await useProgram(ort, wasm);
  return ort;
}

/** As bytes: a sealed page cannot fetch, and whoever has them stored them for the visits without network. */
async function useProgram(
  { env }: { env: { wasm: { wasmBinary?: ArrayBufferLike | Uint8Array } } },
  path: string,
): Promise<void> {
  env.wasm.wasmBinary ??= await runtimeFile(new URL(path, globalThis.location.href).href);
}
