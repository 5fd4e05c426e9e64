import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { shapeFiles } from './shapeFiles.ts';
import type { DecoderShape, ShapeDtype } from './shapes.ts';

/** Writes a Hugging Face model folder with random weights; weights go to disk tensor by tensor. */
export function writeShapeFolder(
  folder: string,
  shape: DecoderShape,
  dtypes: readonly ShapeDtype[],
  seed: number,
): void {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  for (const { name, pieces } of shapeFiles(shape, dtypes, seed)) {
    const file = openSync(join(folder, name), 'w');
    for (const piece of pieces())
      for (let written = 0; written < piece.length;) written += writeSync(file, piece, written);
    closeSync(file);
  }
}
