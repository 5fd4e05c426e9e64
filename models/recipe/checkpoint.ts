import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** All that a training run needs to go on to the same bytes: everything random is a function of seed, epoch and step. */
export interface TrainingState {
  /** Steps done. */
  step: number;
  theta: Float32Array;
  mu: Float32Array;
  nu: Float32Array;
  /** Exponential moving average of theta: what is evaluated and shipped. */
  average: Float32Array;
  /** Average at the epoch with the lowest tuning perplexity. */
  best: Float32Array;
  /** Tuning perplexity after each epoch. */
  tuningPerplexities: number[];
}

const vectors = ['theta', 'mu', 'nu', 'average', 'best'] as const;

/** A new state; `average` and `best` start as copies of theta. */
export function initialState(theta: Float32Array): TrainingState {
  const zeros = () => new Float32Array(theta.length);
  return {
    step: 0,
    theta,
    mu: zeros(),
    nu: zeros(),
    average: theta.slice(),
    best: theta.slice(),
    tuningPerplexities: [],
  };
}

/** Writes the state beside the old one and then takes its place, so that a kill leaves one or the other whole. */
export function saveCheckpoint(path: string, state: TrainingState, fingerprint: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const header = Buffer.from(
    JSON.stringify({
      fingerprint,
      step: state.step,
      size: state.theta.length,
      tuningPerplexities: state.tuningPerplexities,
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts = vectors.map((name) =>
    Buffer.from(state[name].buffer, state[name].byteOffset, state[name].byteLength),
  );
  writeFileSync(`${path}.new`, Buffer.concat([length, header, ...parts]));
  renameSync(`${path}.new`, path);
}

/** The saved state, or null where there is none or it belongs to other settings or data (`fingerprint`). */
export function loadCheckpoint(path: string, fingerprint: string): TrainingState | null {
  if (!existsSync(path)) return null;
  const file = readFileSync(path);
  const headerLength = file.readUInt32LE(0);
  const header = JSON.parse(file.subarray(4, 4 + headerLength).toString('utf8')) as {
    fingerprint: string;
    step: number;
    size: number;
    tuningPerplexities: number[];
  };
  if (header.fingerprint !== fingerprint) return null;
  const start = 4 + headerLength;
  const read = (index: number) => {
    const bytes = file.subarray(start + index * header.size * 4, start + (index + 1) * header.size * 4);
    return new Float32Array(new Uint8Array(bytes).buffer);
  };
  const [theta, mu, nu, average, best] = vectors.map((_, index) => read(index));
  return { step: header.step, theta, mu, nu, average, best, tuningPerplexities: header.tuningPerplexities };
}
