import { decodePrefix, decodeTiming, operationTiming, prefillTiming, timed } from '../../lm/index.ts';
import { bareCopy, bareProduct, copiedBytes, weightCosts, type WeightCosts } from '../../onnx/index.ts';
import type { LoadedModel } from '../languageModels/loadModel.ts';
import { benchCareer, benchStep } from '../benchReport/benchCareer.ts';
import type {
  AnswerSpeed,
  BenchMemory,
  BenchProgress,
  DecodeSpeed,
  DeviceLimits,
  ModelSpeed,
  PrefillSpeed,
  ProductLimit,
} from '../benchReport/benchContract.ts';
import { BenchSteps } from './benchSteps.ts';
import { cacheBytesPerToken, prefillFlop, productFlop } from './costs.ts';

/** Runs that count, of everything but decoding, where nothing is said. */
export const usualRuns = 5;

/** As far as the context allows. */
const prefillLengths = [64, 256, 1024];
/** A text that is expected to take longer is left out. */
const mostPrefillMs = 20_000;
const decodedTokens = { least: 32, most: 160 };
/** 32 MB: beyond the caches of most processors, and no burden for a phone. */
const copied = { elements: 2 ** 23, additions: 4 };
const productRows = 256;
const squareSize = 1024;

export interface BenchOptions {
  runs?: number | undefined;
  onProgress: (progress: BenchProgress) => void;
  /** Between two runs: lets messages in. May throw, to stop. */
  pause: () => Promise<void>;
}

/**
 * How fast a loaded model is on its device, and what the device could do at best, measured in turn. Throws what the model's
 * runs throw, and what `pause` throws.
 */
export async function bench(
  model: LoadedModel,
  { runs = usualRuns, onProgress, pause }: BenchOptions,
): Promise<ModelSpeed> {
  const started = performance.now();
  const { report, sizes, session } = model;
  const costs = weightCosts(model.graph().bytes, sizes.vocabSize);
  const lengths = prefillLengths
    .map((tokens) => Math.min(tokens, sizes.contextLength))
    .filter((tokens, index, all) => all.indexOf(tokens) === index);
  // Two products, a copy, texts, decoding, an answer from nothing and one again.
  const steps = new BenchSteps(3 + lengths.length + 3, runs, onProgress, pause);
  const limits = await deviceLimits(model, costs, steps);
  const { prefill, leftOut } = await prefillSpeeds(model, { costs, lengths, limits }, steps);
  return {
    model: report.name,
    revision: report.revision,
    device: report.device,
    contextLength: sizes.contextLength,
    layerWeights: costs.layerWeights,
    headWeights: costs.headWeights,
    limits,
    prefill,
    leftOut,
    decode: await decodeSpeed(model, costs, limits, steps),
    answer: await answerSpeed(model, steps),
    memory: memoryOf(report.weightBytes, costs, session),
    seconds: (performance.now() - started) / 1000,
  };
}

async function deviceLimits(
  { runtime, session }: LoadedModel,
  { largest }: WeightCosts,
  steps: BenchSteps,
): Promise<DeviceLimits> {
  const elementType = session.activations;
  const shapes = [
    { rows: productRows, ...largest, elementType },
    { rows: squareSize, inner: squareSize, columns: squareSize, elementType },
  ];
  const products: ProductLimit[] = [];
  for (const shape of shapes) {
    const timing = await steps.take('limits', (plan) => operationTiming(runtime, bareProduct(shape), plan));
    const flop = productFlop(shape.rows, shape.inner, shape.columns);
    products.push({ ...shape, timing, flopPerSecond: perSecond(flop, timing.medianMs) });
  }
  const copy = bareCopy(copied.elements, copied.additions);
  const bytes = copiedBytes(copied.elements, copied.additions);
  const timing = await steps.take('limits', (plan) => operationTiming(runtime, copy, plan));
  return {
    products,
    flopPerSecond: Math.max(...products.map(({ flopPerSecond }) => flopPerSecond)),
    copy: { bytes, timing, bytesPerSecond: perSecond(bytes, timing.medianMs) },
  };
}

async function prefillSpeeds(
  { session }: LoadedModel,
  { costs, lengths, limits }: { costs: WeightCosts; lengths: readonly number[]; limits: DeviceLimits },
  steps: BenchSteps,
): Promise<Pick<ModelSpeed, 'prefill' | 'leftOut'>> {
  const prefill: PrefillSpeed[] = [];
  const leftOut: { tokens: number; expectedMs: number }[] = [];
  for (const tokens of lengths) {
    const flop = prefillFlop(costs, session.sizes, tokens);
    const before = prefill.at(-1);
    const expectedMs = before ? (flop / before.flopPerSecond) * 1000 : 0;
    if (expectedMs > mostPrefillMs) {
      leftOut.push({ tokens, expectedMs });
      await steps.skip('prefill');
      continue;
    }
    const timing = await steps.take('prefill', (plan) => prefillTiming(session, tokens, plan));
    const flopPerSecond = perSecond(flop, timing.medianMs);
    prefill.push({
      tokens,
      timing,
      prefillTokensPerSecond: perSecond(tokens, timing.medianMs),
      flop,
      flopPerSecond,
      shareOfProduct: flopPerSecond / limits.flopPerSecond,
    });
  }
  return { prefill, leftOut };
}

async function decodeSpeed(
  { session }: LoadedModel,
  { bytesRead }: WeightCosts,
  { copy }: DeviceLimits,
  steps: BenchSteps,
): Promise<DecodeSpeed> {
  const { least, most } = decodedTokens;
  const timing = await steps.take('decode', (plan) =>
    decodeTiming(session, { ...plan, runs: most, leastRuns: least, mostMs: 3 * plan.budgetMs }),
  );
  const weightBytesPerSecond = perSecond(bytesRead, timing.medianMs);
  return {
    prefixTokens: decodePrefix(session.sizes),
    timing,
    decodeTokensPerSecond: perSecond(1, timing.medianMs),
    weightBytes: bytesRead,
    weightBytesPerSecond,
    shareOfCopy: weightBytesPerSecond / copy.bytesPerSecond,
  };
}

async function answerSpeed({ route, session }: LoadedModel, steps: BenchSteps): Promise<AnswerSpeed> {
  const ask = (year?: number) => route.predict({ history: benchCareer, next: benchStep(year) });
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  const cold = await steps.take('answer', (plan) =>
    timed(async () => {
      session.forget();
      answers.push(await ask());
    }, plan),
  );
  const again: typeof answers = [];
  let { year } = benchStep();
  const reused = await steps.take('answer', (plan) => timed(async () => again.push(await ask(++year)), plan));
  const [{ promptTokens, forwardedNodes, codes }] = answers;
  const [{ reusedTokens }] = again;
  const records = benchCareer.observations.length;
  return { records, titles: codes.length, promptTokens, forwardedNodes, cold, reused, reusedTokens };
}

function memoryOf(
  fileBytes: number,
  { constantBytes }: WeightCosts,
  { sizes, activations }: LoadedModel['session'],
): BenchMemory {
  const bytes = cacheBytesPerToken(sizes, activations === 'float16' ? 2 : 4);
  return {
    fileBytes,
    weightBytes: constantBytes,
    cacheBytesPerToken: bytes,
    cacheBytes: bytes * sizes.contextLength,
  };
}

function perSecond(amount: number, milliseconds: number): number {
  return (amount / milliseconds) * 1000;
}
