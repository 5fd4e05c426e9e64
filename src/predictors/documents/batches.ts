import type { SeededRandom } from '../../platform/index.ts';
import type { TokenDocument } from './document.ts';

/** Row lengths that graphs are made for: a document sits in the shortest row that holds it. */
export const rowLengths = [48, 64, 80, 88, 96, 104, 112, 128, 160, 256, 512] as const;

/** Documents of about one length, to be run together. */
export interface DocumentBatch {
  readonly rowLength: number;
  readonly documents: readonly TokenDocument[];
}

/** Rows of a batch: as many as about `tokensPerBatch` tokens need. */
export function rowsPerBatch(rowLength: number, tokensPerBatch: number): number {
  return Math.max(2, Math.round(tokensPerBatch / rowLength));
}

/** Groups documents by row length. With a seed, in random order; else in order of length. Longer documents are cut. */
export function planBatches(
  documents: readonly TokenDocument[],
  tokensPerBatch: number,
  random?: SeededRandom,
  lengths: readonly number[] = rowLengths,
): DocumentBatch[] {
  const longest = lengths[lengths.length - 1];
  const byLength = new Map<number, TokenDocument[]>();
  for (const document of random ? random.shuffle([...documents]) : documents) {
    const rowLength = lengths.find((length) => length >= document.tokens.length - 1) ?? longest;
    const group = byLength.get(rowLength);
    if (group) group.push(document);
    else byLength.set(rowLength, [document]);
  }
  const batches = [...byLength].flatMap(([rowLength, group]) => {
    const rows = rowsPerBatch(rowLength, tokensPerBatch);
    return Array.from({ length: Math.ceil(group.length / rows) }, (_, i) => ({
      rowLength,
      documents: group.slice(i * rows, (i + 1) * rows),
    }));
  });
  return random ? random.shuffle(batches) : batches.sort((a, b) => a.rowLength - b.rowLength);
}

/** Model inputs of one batch. Rows that no document fills are padding. */
export interface BatchTensors {
  /** `[rows, rowLength]` */
  inputIds: BigInt64Array;
  /** `[rows * rowLength, labelsPerPosition]`: what should come after each, then what a teacher expects. */
  labels: BigInt64Array;
  /** `[rows * rowLength, labelsPerPosition]`: loss weight of each label, summing to 1; padding has 0. */
  labelWeights: Float32Array;
}

/** Lays a batch out. Labels of padding are token 0; with one label a position, lessons are left out. */
export function batchTensors(
  { rowLength, documents }: DocumentBatch,
  rows: number,
  labelsPerPosition = 1,
): BatchTensors {
  const inputIds = new BigInt64Array(rows * rowLength);
  const labels = new BigInt64Array(rows * rowLength * labelsPerPosition);
  const labelWeights = new Float32Array(labels.length);
  let total = 0;
  documents.forEach(({ tokens, weights, lessons }, row) => {
    const length = Math.min(tokens.length - 1, rowLength);
    for (let i = 0; i < length; i++) {
      const at = row * rowLength + i;
      const taught = lessons.get(i + 1)?.tokens.slice(0, labelsPerPosition - 1) ?? [];
      const share = taught.length > 0 ? (lessons.get(i + 1)?.share ?? 0) : 0;
      inputIds[at] = BigInt(tokens[i]);
      labels[at * labelsPerPosition] = BigInt(tokens[i + 1]);
      labelWeights[at * labelsPerPosition] = weights[i + 1] * (1 - share);
      taught.forEach((token, k) => {
        labels[at * labelsPerPosition + k + 1] = BigInt(token);
        labelWeights[at * labelsPerPosition + k + 1] = (weights[i + 1] * share) / taught.length;
      });
      total += weights[i + 1];
    }
  });
  // Nothing to learn: every weight stays 0, and so does the loss.
  if (total > 0) for (let i = 0; i < labelWeights.length; i++) labelWeights[i] /= total;
  return { inputIds, labels, labelWeights };
}
