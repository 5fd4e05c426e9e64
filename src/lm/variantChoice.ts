import { AppError } from '../platform/index.ts';
import type { DecoderGraph } from './decoderGraph.ts';
import type { TokenForest, TokenPick } from './decoderPass.ts';
import { DecoderSession } from './decoderSession.ts';
import type { Runtime } from './runtime.ts';

/** One form of the same weights. The first candidate is the one that the others must agree with. */
export interface WeightVariant {
  /** Short name for people: `fp32`, `fp16`, `q8`, … */
  readonly id: string;
  readonly graph: () => DecoderGraph;
  /** Largest difference of a log probability from the first candidate's. */
  readonly tolerance: number;
}

export interface VariantTiming {
  readonly id: string;
  /** Fastest of the timed runs; null where the variant failed. */
  readonly milliseconds: number | null;
  readonly problem: string | null;
}

export interface ChosenVariant {
  readonly id: string;
  readonly session: DecoderSession;
  readonly timings: readonly VariantTiming[];
}

/** Beside the first run, which compiles. One form alone has nothing to be faster than. */
const timedRuns = 2;
const textLength = 96;
const treeNodes = 160;

/**
 * Runs each variant on a pass like those of the app (a text and a tree after it) and keeps the fastest that
 * agrees with the first; the others are released. A variant alone is run once, to see that it answers. Throws the first variant's error where none works.
 */
export async function chooseVariant(
  runtime: Runtime,
  variants: readonly WeightVariant[],
): Promise<ChosenVariant> {
  const timings: VariantTiming[] = [];
  let best: { id: string; session: DecoderSession; milliseconds: number } | null = null;
  let reference: Float32Array | null = null;
  let failure = new AppError('internal', 'There is no variant of the weights to choose from.');
  for (const { id, graph, tolerance } of variants) {
    let session: DecoderSession | null = null;
    try {
      session = await DecoderSession.create(runtime, graph());
      const { milliseconds, logProbs } = await timedPass(session, variants.length > 1 ? timedRuns : 0);
      reference ??= logProbs;
      checkAgreement(logProbs, reference, tolerance);
      timings.push({ id, milliseconds, problem: null });
      if (best !== null && best.milliseconds <= milliseconds) await session.dispose();
      else {
        await best?.session.dispose();
        best = { id, session, milliseconds };
      }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (timings.length === 0)
        failure =
          error instanceof AppError ? error : new AppError('internal', problem, { id }, { cause: error });
      timings.push({ id, milliseconds: null, problem });
      await session?.dispose();
    }
  }
  if (best === null)
    throw failure ?? new AppError('internal', 'There is no variant of the weights to choose from.');
  best.session.forget();
  return { id: best.id, session: best.session, timings };
}

/** The first run compiles, and counts only where it is the only one. */
async function timedPass(
  session: DecoderSession,
  runsAfterFirst: number,
): Promise<{ milliseconds: number; logProbs: Float32Array }> {
  const { vocabSize } = session.sizes;
  const text = Array.from({ length: textLength }, (_, index) => (index * 7919 + 13) % vocabSize);
  const nodes = Array.from({ length: treeNodes }, (_, index) => index);
  const forest: TokenForest = {
    tokens: nodes.map((node) => (node * 104_729 + 7) % vocabSize),
    parents: nodes.map((node) => (node % 4 === 0 ? -1 : node - 1)),
    anchors: nodes.map(() => textLength),
  };
  const picks = nodes.map((node): TokenPick => ({ row: textLength + node, token: (node * 31) % vocabSize }));
  let milliseconds = Infinity;
  let logProbs: Float32Array = new Float32Array();
  for (let run = 0; run <= runsAfterFirst; run++) {
    session.forget();
    const start = performance.now();
    logProbs = (await session.forward(text, forest, picks)).logProbs;
    if (run > 0 || runsAfterFirst === 0) milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  return { milliseconds, logProbs };
}

function checkAgreement(logProbs: Float32Array, reference: Float32Array, tolerance: number): void {
  const worst = logProbs.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - reference[index])),
    0,
  );
  if (worst > tolerance)
    throw new AppError('bad-output', `It differs from the other weights by ${worst.toPrecision(2)}.`, {
      worst,
    });
}
