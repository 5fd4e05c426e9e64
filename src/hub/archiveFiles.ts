import {
  BlobReader,
  ERR_UNSAFE_FILENAME,
  type FileEntry,
  ZipReader,
  configure,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import { AppError } from '../platform/index.ts';
import { type DiskFile, belowCommonFolder, chunksOf } from './diskFile.ts';

// The browser's own decompression, on this thread: the policy of the page lets no worker begin from a blob.
configure({ useWebWorkers: false, useCompressionStream: true });

const MOST_ENTRIES = 2_000;
const MOST_BYTES = 16e9;
/** Text may shrink to a fiftieth and weights hardly at all; what shrinks more is made to burst. */
const MOST_EXPANSION = 200;
const HARMLESS_BYTES = 1e6;

/**
 * The files of a ZIP archive, each of which is unpacked as it is read and never as a whole. Throws `AppError('bad-input')` for what is
 * no archive, is encrypted, would leave its folder, or would unpack to more than it says or could hold.
 */
export async function filesOfArchive(archive: File): Promise<DiskFile[]> {
  const entries = await entriesOf(archive);
  if (entries.length > MOST_ENTRIES) throw refused(archive, `it has ${entries.length} files`);
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (total > MOST_BYTES) throw refused(archive, `it would unpack to ${Math.round(total / 1e9)} GB`);
  for (const entry of entries) checkEntry(archive, entry);
  return belowCommonFolder(
    entries.map((entry) => ({
      path: entry.filename,
      bytes: entry.uncompressedSize,
      read: () => unpack(archive, entry),
    })),
  );
}

async function entriesOf(archive: File): Promise<FileEntry[]> {
  try {
    // Strict: no entry lies outside of the folder or overlaps another, and both descriptions of each agree.
    const reader = new ZipReader(new BlobReader(archive), { strictness: 'strict' });
    const entries = await reader.getEntries();
    return entries.filter((entry) => !entry.directory);
  } catch (error) {
    const isUnsafe = error instanceof Error && error.message === ERR_UNSAFE_FILENAME;
    const reason = isUnsafe
      ? 'the name of a file in it would lie outside of its folder'
      : 'it is no complete ZIP archive';
    throw refused(archive, reason, error);
  }
}

function checkEntry(archive: File, entry: FileEntry): void {
  const { filename, compressedSize, uncompressedSize } = entry;
  if (entry.encrypted) throw refused(archive, `${filename} is encrypted`);
  if (entry.symlink) throw refused(archive, `${filename} is a link`);
  if (uncompressedSize > HARMLESS_BYTES && uncompressedSize > MOST_EXPANSION * compressedSize) {
    throw refused(archive, `${filename} would unpack to ${Math.round(uncompressedSize / 1e6)} MB`);
  }
}

async function* unpack(archive: File, entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const unpacking = entry.getData(writable).catch(async (error: unknown) => {
    await writable.abort(error).catch(() => undefined);
  });
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(readable)) {
      bytes += chunk.length;
      if (bytes > entry.uncompressedSize) break;
      yield chunk;
    }
    await unpacking;
  } catch (error) {
    throw refused(archive, `${entry.filename} in it is damaged`, error);
  }
  if (bytes !== entry.uncompressedSize) {
    throw refused(archive, `${entry.filename} in it is not as long as the archive says`);
  }
}

function refused(archive: File, reason: string, cause?: unknown): AppError {
  return new AppError('bad-input', `${archive.name} was not read: ${reason}`, {}, { cause });
}
