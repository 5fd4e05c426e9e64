import type { TokenForest } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';
import type { Runtime } from './runtime.ts';
import { timed, type Timing, type TimingPlan } from './timing.ts';

const nothing: TokenForest = { tokens: [], parents: [], anchors: [] };

/** One token after another; then from the prefix again, so that the text stays about as long. */
const decodedTokens = 32;

/** Tokens behind which `decodeTiming` measures: beside what it decodes they fit the context. */
export function decodePrefix({ contextLength }: DecoderSession['sizes']): number {
  return Math.max(1, Math.min(128, contextLength - decodedTokens));
}

/** Time of reading a text of so many tokens from nothing, and of one answer about its last one. */
export function prefillTiming(session: DecoderSession, tokens: number, plan: TimingPlan): Promise<Timing> {
  const text = anyText(session, tokens);
  return timed(() => {
    session.forget();
    return session.forward(text, nothing, [{ row: tokens - 1, token: 0 }]);
  }, plan);
}

/** Time of each further token behind a text whose keys and values are kept; each is one run of the plan. */
export function decodeTiming(session: DecoderSession, plan: TimingPlan): Promise<Timing> {
  const prefix = decodePrefix(session.sizes);
  const text = anyText(session, Math.min(prefix + decodedTokens, session.sizes.contextLength));
  session.forget();
  let length = prefix;
  return timed(() => {
    length = length === text.length ? prefix + 1 : length + 1;
    return session.forward(text.slice(0, length), nothing, [{ row: length - 1, token: 0 }]);
  }, plan);
}

/** How long a batch of bare operations should take at least, for a GPU's way there and back not to count. */
const batchMs = 40;
const mostRepeats = 1024;

/**
 * Time of one run of a graph with the input `one` [1] and a small output `sample`: on a GPU many are queued and the last
 * one is waited for. Throws what onnxruntime throws.
 */
export async function operationTiming(
  { ort, sessionOptions, gpuDevice }: Runtime,
  graph: Uint8Array,
  plan: TimingPlan,
): Promise<Timing> {
  const session = await ort.InferenceSession.create(graph, {
    ...sessionOptions,
    logSeverityLevel: 3,
    ...(gpuDevice && { preferredOutputLocation: { sample: 'gpu-buffer' as const } }),
  });
  const feeds = { one: new ort.Tensor('float32', Float32Array.of(1), [1]) };
  const batch = async (repeats: number): Promise<void> => {
    for (let repeat = 1; repeat <= repeats; repeat++) {
      const { sample } = await session.run(feeds);
      if (repeat === repeats) await sample.getData();
      sample.dispose();
    }
  };
  try {
    await batch(1);
    const repeats = await enoughRepeats(batch);
    const timing = await timed(() => batch(repeats), plan);
    const { medianMs, leastMs, mostMs, runs } = timing;
    return { medianMs: medianMs / repeats, leastMs: leastMs / repeats, mostMs: mostMs / repeats, runs };
  } finally {
    await session.release();
  }
}

async function enoughRepeats(batch: (repeats: number) => Promise<void>): Promise<number> {
  for (let repeats = 1; ; repeats *= 4) {
    const start = performance.now();
    await batch(repeats);
    if (performance.now() - start >= batchMs || repeats >= mostRepeats) return repeats;
  }
}

/** Speed does not depend on which tokens they are. */
function anyText({ sizes }: DecoderSession, tokens: number): number[] {
  return Array.from({ length: tokens }, (_, index) => (index * 7919 + 13) % sizes.vocabSize);
}
