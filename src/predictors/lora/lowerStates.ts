import { fromFloat16, llamaLowerStatesGraph, lowerParameters, toFloat16 } from '../../onnx/index.ts';
import { AppError, Progress, throwIfAborted, type ReportProgress } from '../../platform/index.ts';
import { batchTensors, planBatches, rowsPerBatch, type DocumentBatch } from '../documents/batches.ts';
import type { TokenDocument } from '../documents/document.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { float32, type Feed } from '../training/runtime.ts';
import { weightFeeds, withTensors, type BaseModel } from './baseModel.ts';

/**
 * What the frozen layers below `firstLayer` make of texts, computed once: the residual stream as float16 bits,
 * `[tokens − 1, hiddenSize]` of each document (fewer tokens where its row cut it). Plain numbers, fit to be stored.
 */
export interface LowerStates {
  readonly firstLayer: number;
  readonly ofDocument: ReadonlyMap<TokenDocument, Uint16Array>;
}

const tokensPerBatch = 1024;

/** Computes them. Throws `aborted`, and `bad-output` where a state is beyond float16. Progress counts documents. */
export async function lowerStates(
  base: BaseModel,
  documents: readonly TokenDocument[],
  firstLayer: number,
  runner: GraphRunner,
  { signal, report = () => undefined }: { signal?: AbortSignal; report?: ReportProgress } = {},
): Promise<LowerStates> {
  const ofDocument = new Map<TokenDocument, Uint16Array>();
  const progress = new Progress(documents.length, report);
  const frozen = weightFeeds(base, lowerParameters(base.config, firstLayer));
  await withTensors(runner.runtime, frozen, async (constants) => {
    for (const batch of planBatches(documents, tokensPerBatch)) {
      throwIfAborted(signal);
      const size = {
        batchSize: rowsPerBatch(batch.rowLength, tokensPerBatch),
        sequenceLength: batch.rowLength,
      };
      const graph = () => llamaLowerStatesGraph(base.config, { ...size, firstLayer });
      const outputs = await runner.run(`states ${firstLayer} ${batch.rowLength}`, graph, {
        ...constants,
        input_ids: inputIds(batch, size.batchSize),
      });
      keepStates(
        ofDocument,
        batch,
        (await outputs.hidden_states.getData()) as Float32Array,
        base.config.hiddenSize,
      );
      outputs.hidden_states.dispose();
      progress.advance(batch.documents.length);
    }
  });
  return { firstLayer, ofDocument };
}

function inputIds(batch: DocumentBatch, rows: number): Feed {
  return { type: 'int64', data: batchTensors(batch, rows).inputIds, shape: [rows, batch.rowLength] };
}

function keepStates(
  ofDocument: Map<TokenDocument, Uint16Array>,
  { documents, rowLength }: DocumentBatch,
  states: Float32Array,
  hiddenSize: number,
): void {
  documents.forEach((document, row) => {
    const start = row * rowLength * hiddenSize;
    const length = Math.max(0, Math.min(document.tokens.length - 1, rowLength)) * hiddenSize;
    const own = states.subarray(start, start + length);
    if (!own.every((value) => Math.abs(value) < halfInfinity))
      throw new AppError('bad-output', 'A hidden state of this model is too large to be kept as float16.');
    ofDocument.set(document, toFloat16(own));
  });
}

/** From here on float16 rounds to infinity. */
const halfInfinity = 65_520;

/** Every float16 by its bits: looking up is many times faster than decoding. */
let halves: Float32Array | null = null;

/** The states of a batch, `[rows · rowLength, hiddenSize]`; padding is 0. */
export function statesFeed(
  { ofDocument }: LowerStates,
  { documents, rowLength }: DocumentBatch,
  rows: number,
  hiddenSize: number,
): Feed {
  halves ??= fromFloat16(Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits));
  const states = new Float32Array(rows * rowLength * hiddenSize);
  for (const [row, document] of documents.entries()) {
    const bits = ofDocument.get(document);
    if (bits === undefined)
      throw new AppError('internal', 'The states of a document have not been computed.');
    const start = row * rowLength * hiddenSize;
    for (let i = 0; i < bits.length; i++) states[start + i] = halves[bits[i]];
  }
  return float32(states, [rows * rowLength, hiddenSize]);
}
