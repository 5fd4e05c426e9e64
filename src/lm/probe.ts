import { AppError } from '../platform/index.ts';
import type { OrtTensor, Runtime } from './runtime.ts';

/** One input of a probe, as plain values. */
export interface ProbeInput {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'int64';
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** A small model with a known answer. */
export interface ProbeCase {
  /** What it tries, in plain words. */
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: readonly ProbeInput[];
  readonly output: string;
  /** Some elements of the output: index and value. */
  readonly expected: readonly (readonly [index: number, value: number])[];
  readonly tolerance: number;
  /** Says whether the device computes in float16; one that does not is used in float32. */
  readonly needsF16: boolean;
}

/** Fetches and starts the runtime for a session of the first case; null where that worked, else why not. Never throws. */
export async function startProblem(
  { ort, sessionOptions }: Runtime,
  [probe]: readonly ProbeCase[],
): Promise<string | null> {
  try {
    const session = await ort.InferenceSession.create(probe.model, {
      ...sessionOptions,
      logSeverityLevel: 3,
    });
    await session.release();
    return null;
  } catch (cause) {
    return `onnxruntime did not start: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** Runs every case; returns null where all answers are right, else what went wrong, in plain words. Never throws. */
export async function probeProblem(runtime: Runtime, cases: readonly ProbeCase[]): Promise<string | null> {
  for (const probe of cases) {
    try {
      const answer = await runCase(runtime, probe);
      const worst = probe.expected.reduce(
        (most, [index, value]) => Math.max(most, distance(answer[index], value)),
        0,
      );
      if (worst > probe.tolerance) return `${probe.name}: wrong by ${worst.toPrecision(2)}`;
    } catch (cause) {
      return `${probe.name}: ${cause instanceof Error ? cause.message : String(cause)}`;
    }
  }
  return null;
}

function distance(actual: number | undefined, expected: number): number {
  const difference = Math.abs((actual ?? NaN) - expected);
  return Number.isNaN(difference) ? Infinity : difference;
}

async function runCase({ ort, sessionOptions }: Runtime, probe: ProbeCase): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(probe.model, { ...sessionOptions, logSeverityLevel: 3 });
  try {
    const feeds: Record<string, OrtTensor> = {};
    for (const input of probe.inputs) feeds[input.name] = tensorOf(ort, input);
    const outputs = await session.run(feeds, [probe.output]);
    const { data } = outputs[probe.output];
    if (!(data instanceof Float32Array)) throw new AppError('bad-output', 'the answer is of the wrong type');
    return data;
  } finally {
    await session.release();
  }
}

function tensorOf(ort: Runtime['ort'], { type, dims, values }: ProbeInput): OrtTensor {
  if (type === 'int64') return new ort.Tensor(type, BigInt64Array.from(values, BigInt), dims);
  if (type === 'float16') return new ort.Tensor(type, Uint16Array.from(values), dims);
  return new ort.Tensor(type, Float32Array.from(values), dims);
}
