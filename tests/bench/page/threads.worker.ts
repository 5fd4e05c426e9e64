import { DecoderSession, scoreTitles } from '../../../src/lm/index.ts';
import { wasmRuntime } from '../../../src/lm/webRuntime.ts';
import { scoringDecoder } from '../../../src/onnx/index.ts';
import { bundled } from './bundled.ts';

/**
 * The processor with a limit of threads: the first message is that limit, each later one asks for one full
 * distribution from cold. Every answer is a number: of threads at first, then of milliseconds.
 */
let score: (() => Promise<number>) | null = null;

self.addEventListener('message', ({ data }: MessageEvent<number>) => {
  (score ? score() : open(data)).then(
    (figure) => self.postMessage(figure),
    (error: unknown) =>
      setTimeout(() => {
        throw error;
      }),
  );
});

async function open(mostThreads: number): Promise<number> {
  const { model, trie, promptOf } = await bundled();
  const runtime = await wasmRuntime(mostThreads);
  const graph = scoringDecoder(model, { weights: 'dense', activations: 'float32' });
  const session = await DecoderSession.create(runtime, graph);
  const prompt = promptOf(20, 3);
  score = async () => {
    session.forget();
    const start = performance.now();
    await scoreTitles(session, prompt, trie);
    return performance.now() - start;
  };
  await score();
  return runtime.threads;
}
