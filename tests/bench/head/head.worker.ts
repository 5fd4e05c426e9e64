import { wasmRuntime } from '../../../src/lm/webRuntime.ts';
import { appEngine, plainEngine } from './onnxEngine.ts';
import type { Engine } from './plainHead.ts';

export type EngineName = 'onnxruntime-web' | 'jax-js' | 'tensorflow.js' | 'app on onnxruntime-web';

/** The first message names the engine and its threads; each later one is a number of steps. */
let engine: Promise<Engine> | null = null;

self.addEventListener('message', ({ data }: MessageEvent<{ name: EngineName; threads: number } | number>) => {
  answer(data).then(
    (done) => self.postMessage(done),
    (error: unknown) =>
      setTimeout(() => {
        throw error;
      }),
  );
});

async function answer(data: { name: EngineName; threads: number } | number): Promise<unknown> {
  if (typeof data === 'number') return (await engine)?.(data);
  engine = open(data.name, data.threads);
  await engine;
  return 'open';
}

async function open(name: EngineName, threads: number): Promise<Engine> {
  switch (name) {
    case 'onnxruntime-web':
      return plainEngine(await wasmRuntime(threads));
    case 'app on onnxruntime-web':
      return appEngine(await wasmRuntime(threads));
    case 'jax-js':
      return (await import('./jaxEngine.ts')).jaxEngine();
    case 'tensorflow.js':
      return (await import('./tensorflowEngine.ts')).tensorflowEngine(threads);
  }
}
