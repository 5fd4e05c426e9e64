import { TextReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { Progress, type ReportProgress, chunksOf, throwIfAborted } from '../platform/index.ts';
import { type HeldModel, type InstalledModels, type ModelRow, brokenInMemory } from '../weights/index.ts';
import { SLICE_BYTES, breath } from './breath.ts';
import { IncrementalSha256 } from './fileHash.ts';
import { MANIFEST_NAME, manifestOf } from './modelManifest.ts';

export interface ExportOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ReportProgress;
}

/** The name of the folder in the archive, and of the archive. */
export function exportName({ name, dtype }: ModelRow): string {
  const last = name.split('/').at(-1) ?? name;
  return `${last.replace(/[^\w.-]+/g, '-')}-${dtype}`;
}

/** Where the verified bytes of a model's files come from. */
export type ModelSource = Pick<InstalledModels, 'stream'>;

/** Of a model in memory; a file whose bytes are not those of its row ends in `integrity`. */
export function heldSource({ files }: HeldModel): ModelSource {
  return {
    async *stream(model, file) {
      const hash = await IncrementalSha256.create();
      for await (const chunk of chunksOf((files.get(file.path) ?? new Blob()).stream())) {
        await hash.update(chunk);
        yield chunk;
      }
      if (hash.digest() !== file.sha256) throw brokenInMemory(model, file.path);
    },
  };
}

/**
 * Writes a model as a ZIP archive, verified as it is read and never in memory as a whole: a manifest with the hash of
 * every file, then the files as they are. Unpacked, it is a folder that transformers.js loads. Throws `AppError`:
 * `integrity` where the model is damaged, `aborted`, and what `target` rejects with.
 */
export async function exportModel(
  model: ModelRow,
  source: ModelSource,
  target: WritableStream<Uint8Array>,
  { signal, onProgress = () => undefined }: ExportOptions = {},
): Promise<void> {
  const progress = new Progress(model.bytes, onProgress);
  const folder = exportName(model);
  // Weights do not shrink: they are stored as they are.
  const zip = new ZipWriter(target, { level: 0, useWebWorkers: false });
  const manifest = JSON.stringify(manifestOf(model), null, 2);
  try {
    await zip.add(`${folder}/${MANIFEST_NAME}`, new TextReader(manifest));
    for (const file of model.files) {
      const slices = slicesOf(source.stream(model, file));
      const content = new ReadableStream<Uint8Array>({
        async pull(controller) {
          throwIfAborted(signal);
          const { done, value } = await slices.next();
          if (done) {
            controller.close();
            return;
          }
          controller.enqueue(value);
          progress.advance(value.length);
        },
      });
      await zip.add(`${folder}/${file.path}`, content);
    }
    await zip.close();
  } catch (error) {
    await target.abort(error).catch(() => undefined);
    throw error;
  }
  progress.complete();
}

/** The archive's own checksum is computed on this thread: a slice takes milliseconds, and the page answers in between. */
async function* slicesOf(shards: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  for await (const shard of shards) {
    for (let start = 0; start < shard.length; start += SLICE_BYTES) {
      yield shard.subarray(start, start + SLICE_BYTES);
      await breath();
    }
  }
}

/** A place for an archive where the browser lets no page write into a file: parts of a blob, which it may keep on the disk. */
export class BlobTarget {
  readonly #parts: Blob[] = [];
  readonly stream = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (chunk) => {
      this.#parts.push(new Blob([chunk]));
    },
  });

  get blob(): Blob {
    return new Blob(this.#parts, { type: 'application/zip' });
  }
}
