/**
 * documents: careers as token sequences with a weight for each token, and their batches, for training by next token.
 */
export { type BatchTensors, type DocumentBatch, batchTensors, planBatches, rowsPerBatch } from './batches.ts';
export { type TokenDocument, type WeightedPiece, careerDocument, encodeDocument } from './document.ts';
