import { DecoderSession, scoreTitles, type TitleTrie } from '../../../src/lm/index.ts';
import { findGpuAdapter, openGpu } from '../../../src/lm/gpuDevice.ts';
import { wasmRuntime, webgpuRuntime } from '../../../src/lm/webRuntime.ts';
import { scoringDecoder, type LlamaConfig } from '../../../src/onnx/index.ts';
import { bundled } from './bundled.ts';
import { neededFlop, productSpeed } from './flops.ts';
import { oneByOne } from './oneByOne.ts';
import { plainPrefill } from './plainPrefill.ts';

/** Timed runs of each; a software GPU needs seconds for one. */
const repetitions = { wasm: 5, webgpu: 1 };

self.addEventListener('message', ({ data }: MessageEvent<string>) => {
  const parameters = new URLSearchParams(data);
  const device = parameters.get('device') === 'webgpu' ? 'webgpu' : 'wasm';
  measure(device, Number(parameters.get('titles'))).then(
    (result) => self.postMessage(result),
    (error: unknown) => self.postMessage({ error: error instanceof Error ? error.stack : String(error) }),
  );
});

async function measure(device: 'wasm' | 'webgpu', titlesOneByOne: number) {
  const { folder, file, model, intermediateSize, titles, trie, promptOf } = await bundled();
  const runtime = device === 'wasm' ? await wasmRuntime() : await gpuRuntime();
  const graph = scoringDecoder(model, { weights: 'dense', activations: 'float32' });
  const session = await DecoderSession.create(runtime, graph);
  const prefill = await plainPrefill(runtime, model);
  const single = await oneByOne(folder, file, device, device === 'wasm' ? {} : runtime.sessionOptions);
  const config: LlamaConfig = { ...graph.sizes, intermediateSize, ropeTheta: 1 };
  const rows = [];
  for (const records of [1, 5, 20]) {
    const prompt = promptOf(records, 3);
    const changed = promptOf(records, 4);
    let scored = await scoreTitles(session, prompt, trie);
    let reusedTokens = 0;
    const tokens = prompt.length + scored.forwardedNodes;
    const [scoringMs, changedLineMs, plainPrefillMs] = await fastest(repetitions[device], [
      async () => {
        session.forget();
        scored = await scoreTitles(session, prompt, trie);
      },
      async () => {
        ({ reusedTokens } = await scoreTitles(session, changed, trie));
      },
      () => prefill(tokens),
    ]);
    const every = Math.max(1, Math.floor(titles.length / titlesOneByOne));
    self.postMessage({ progress: `${records} records: title by title` });
    const sample = titles.map((_, index) => index).filter((index) => index % every === 0);
    let worst = 0;
    await single(prompt, titles[0]);
    const start = performance.now();
    for (const index of sample)
      worst = Math.max(worst, Math.abs((await single(prompt, titles[index])) - scored.logProbs[index]));
    // Four bits of weights are computed in another order; what is no number is not below it either.
    if (!(worst < 0.02)) throw new Error(`Log probabilities of titles are ${worst} apart.`);
    const oneByOneMs = ((performance.now() - start) / sample.length) * titles.length;
    const flop = neededFlop(config, tokens, attendedPairs(prompt.length, trie), scored.forwardedNodes + 1);
    rows.push({
      records,
      promptTokens: prompt.length,
      forwardedNodes: scored.forwardedNodes,
      passes: scored.passes,
      scoringMs,
      plainPrefillMs,
      timesPlainPrefill: scoringMs / plainPrefillMs,
      changedLineMs,
      reusedTokens,
      oneByOneMs,
      titlesOneByOne: sample.length,
      timesFaster: oneByOneMs / scoringMs,
      worstDifference: worst,
      gigaflop: flop / 1e9,
      gigaflopPerSecond: flop / 1e6 / scoringMs,
    });
  }
  const bare = await productSpeed(runtime, 192, config.hiddenSize, 2 * config.intermediateSize);
  return { device, threads: runtime.threads, bareProductGigaflopPerSecond: bare / 1e9, rows };
}

async function gpuRuntime() {
  const adapter = await findGpuAdapter();
  if (typeof adapter === 'string') throw new Error(adapter);
  return webgpuRuntime((await openGpu(adapter, { subgroups: false })).device);
}

/** Fastest of several runs of each, taken in turns so that other work on the machine hits all alike. */
async function fastest(runs: number, works: readonly (() => Promise<void>)[]): Promise<number[]> {
  const best = works.map(() => Infinity);
  for (let run = 0; run <= runs; run++)
    for (const [index, work] of works.entries()) {
      self.postMessage({ progress: `run ${run} of ${runs}, part ${index + 1} of ${works.length}` });
      const start = performance.now();
      await work();
      if (run > 0) best[index] = Math.min(best[index], performance.now() - start);
    }
  return best;
}

/** Query-key pairs that the answer needs: the causal half of the prompt; for a node the prompt and its ancestors. */
function attendedPairs(promptLength: number, trie: TitleTrie): number {
  const depths = new Int32Array(trie.nodeTokens.length);
  let pairs = (promptLength * (promptLength + 1)) / 2;
  trie.nodeParents.forEach((parent, node) => {
    depths[node] = parent < 0 ? 1 : depths[parent] + 1;
    if (trie.subtreeSizes[node] > 1) pairs += promptLength + depths[node];
  });
  return pairs;
}
