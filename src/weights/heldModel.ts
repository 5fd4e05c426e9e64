import { AppError, chunksOf, isAbort, sha256, throwIfAborted } from '../platform/index.ts';
import type { ReadOptions } from './installedModels.ts';
import type { ModelRow } from './schema.ts';

/** A model in the memory of a tab, for want of room in the store: it is there for as long as somebody has its blobs. */
export interface HeldModel {
  readonly row: ModelRow;
  /** Every file of the row, whole, by its path. */
  readonly files: ReadonlyMap<string, Blob>;
}

/**
 * The verified bytes of one file of a held model. Throws `AppError`: `integrity`, naming the file, where the model has none
 * of this path, or where its bytes are not those of its row; `aborted`.
 */
export async function readHeld(
  { row, files }: HeldModel,
  path: string,
  { signal, onProgress }: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const file = row.files.find((entry) => entry.path === path);
  const blob = files.get(path);
  if (file === undefined || blob?.size !== file.bytes) throw brokenInMemory(row, path);
  const data = new Uint8Array(file.bytes);
  let position = 0;
  try {
    for await (const chunk of chunksOf(blob.stream())) {
      throwIfAborted(signal);
      data.set(chunk, position);
      position += chunk.length;
      onProgress?.(position);
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    throw brokenInMemory(row, path, error);
  }
  if ((await sha256(data)) !== file.sha256) throw brokenInMemory(row, path);
  return data;
}

/** The error `integrity` for a file of a held model that is not what its row says. */
export function brokenInMemory(row: ModelRow, path: string, cause?: unknown): AppError {
  const message = `${path} of ${row.name} is damaged in memory, or no longer there; let the model go on the Models page and fetch it again`;
  return new AppError('integrity', message, { path, model: row.id }, { cause });
}
