import { canonicalJson, sha256 } from '../platform/index.ts';
import type { CheckpointState } from './learningRows.ts';
import type { CareerToSave } from './savedCareer.ts';

/** SHA-256 of all that a checkpoint holds: disks flip bits, and training would go on from them without a word. */
export async function checkpointSha256({
  theta,
  mu,
  nu,
  average,
  best,
  ...rest
}: CheckpointState): Promise<string> {
  const vectors = [theta, mu, nu, average ?? new Float32Array(), best];
  const hashes = await Promise.all(vectors.map((vector) => sha256(new Float32Array(vector))));
  return sha256(canonical([hashes, rest]));
}

/** SHA-256 of what the person entered. */
export function careerSha256({ history, next }: Pick<CareerToSave, 'history' | 'next'>): Promise<string> {
  return sha256(canonical([history, next]));
}

/** The same bytes for the same content: a backup brings keys back in another order. */
function canonical(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(value));
}
