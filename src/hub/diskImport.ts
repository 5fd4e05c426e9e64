import { AppError, Progress, type ReportProgress, throwIfAborted } from '../platform/index.ts';
import {
  ArrivingFiles,
  type FilesOnTheirWay,
  HeldFiles,
  type HeldModel,
  type ModelDescription,
  type ModelRow,
  type WeightsDatabase,
  shardRange,
} from '../weights/index.ts';
import type { DiskFile } from './diskFile.ts';
import { type DiskModel, describeDisk } from './diskModel.ts';
import { IncrementalSha256 } from './fileHash.ts';
import type { Dtype } from './modelLayout.ts';
import { askToPersist, requireRoom } from './roomCheck.ts';
import { whileAlone } from './whileAlone.ts';

export interface HoldImportOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ReportProgress;
  shardBytes?: number;
}

export interface ImportOptions extends HoldImportOptions {
  /** Starts although the browser's estimate says that there is too little room. */
  isForced?: boolean;
}

interface HashedFile {
  source: DiskFile;
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * Stores a model from disk: reads every file once for its hash and once for its bytes, and writes the model's row last.
 * Throws `AppError`: `integrity` where a file differs from its manifest or changes while it is read, `bad-input`, `quota`,
 * `storage`, `in-use`, `aborted`; then nothing of it stays.
 */
export async function importModel(
  model: DiskModel,
  dtype: Dtype,
  database: WeightsDatabase,
  { isForced = false, shardBytes, ...options }: ImportOptions = {},
): Promise<ModelRow> {
  const bytes = bytesOf(formOf(model, dtype));
  askToPersist();
  if (!isForced) await requireRoom(bytes);
  return readInto(new ArrivingFiles(database, shardBytes), model, dtype, options);
}

/**
 * The same into this tab's memory, for want of room in the store, which stays as it is. Throws `AppError`: `integrity`,
 * `bad-input`, `out-of-memory`, `in-use`, `aborted`.
 */
export async function holdFromDisk(
  model: DiskModel,
  dtype: Dtype,
  database: WeightsDatabase,
  { shardBytes, ...options }: HoldImportOptions = {},
): Promise<HeldModel> {
  const files = new HeldFiles(new ArrivingFiles(database, shardBytes));
  await readInto(files, model, dtype, options);
  return files.model;
}

async function readInto(
  arriving: FilesOnTheirWay,
  model: DiskModel,
  dtype: Dtype,
  { signal, onProgress = () => undefined }: HoldImportOptions,
): Promise<ModelRow> {
  const variant = formOf(model, dtype);
  // The second half of the bar is the second reading; its last step is the model's row.
  const progress = new Progress(2 * bytesOf(variant) + 1, onProgress);
  const onBytes = (count: number): void => {
    throwIfAborted(signal);
    progress.advance(count);
  };
  const files: HashedFile[] = [];
  for (const source of variant.files) files.push(await hashed(source, model, onBytes));
  const description = await describeDisk(model, dtype, files);
  return whileAlone(description.id, async () => {
    const installed = await storeAll(description, files, arriving, onBytes, signal);
    progress.complete();
    return installed;
  });
}

function formOf({ name, variants }: DiskModel, dtype: Dtype): DiskModel['variants'][number] {
  const variant = variants.find((entry) => entry.dtype === dtype);
  if (variant) return variant;
  throw new AppError('bad-input', `${name} has no ${dtype}`);
}

const bytesOf = ({ files }: { files: readonly DiskFile[] }): number =>
  files.reduce((sum, file) => sum + file.bytes, 0);

/** Stores the files, the model's row last; where it fails, nothing of it stays. */
async function storeAll(
  description: ModelDescription,
  files: readonly HashedFile[],
  arriving: FilesOnTheirWay,
  onBytes: (count: number) => void,
  signal: AbortSignal | undefined,
): Promise<ModelRow> {
  const wanted = files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
  const now = Date.now();
  const row = { ...description, files: wanted.map((file) => ({ ...file, gitSha1: null })), startedAt: now };
  await arriving.putDownload(row);
  try {
    for (const file of files) {
      if (await arriving.isComplete(file)) onBytes(file.bytes);
      else await store(file, arriving, onBytes);
    }
    throwIfAborted(signal);
    const installed = { ...description, files: wanted, installedAt: now, usedAt: null, checkedAt: now };
    await arriving.install(installed);
    return installed;
  } catch (error) {
    await arriving.cancel(row).catch(() => undefined);
    throw error;
  }
}

async function hashed(
  source: DiskFile,
  { manifest }: DiskModel,
  onBytes: (count: number) => void,
): Promise<HashedFile> {
  const hash = await IncrementalSha256.create();
  for await (const chunk of source.read()) {
    await hash.update(chunk);
    onBytes(chunk.length);
  }
  const sha256 = hash.digest();
  const expected = manifest?.files.find(({ path }) => path === source.path)?.sha256;
  if (expected !== undefined && expected !== sha256) throw otherBytes(source.path, 'its manifest describes');
  return { source, path: source.path, bytes: source.bytes, sha256 };
}

async function store(
  file: HashedFile,
  arriving: FilesOnTheirWay,
  onBytes: (count: number) => void,
): Promise<void> {
  const hash = await IncrementalSha256.create();
  let index = 0;
  let filled = 0;
  let shard = emptyShard(index, file, arriving);
  for await (const chunk of file.source.read()) {
    await hash.update(chunk);
    for (let taken = 0; taken < chunk.length;) {
      const piece = chunk.subarray(taken, taken + shard.length - filled);
      if (piece.length === 0) throw otherBytes(file.path, 'it was a moment ago');
      shard.set(piece, filled);
      taken += piece.length;
      filled += piece.length;
      if (filled < shard.length) continue;
      await arriving.putShard(file, index, shard);
      shard = emptyShard(++index, file, arriving);
      filled = 0;
    }
    onBytes(chunk.length);
  }
  if (hash.digest() !== file.sha256) throw otherBytes(file.path, 'it was a moment ago');
  await arriving.finish(file);
}

function emptyShard(index: number, { bytes }: HashedFile, { shardBytes }: FilesOnTheirWay) {
  const { start, end } = shardRange(index, bytes, shardBytes);
  return new Uint8Array(Math.max(0, end - start));
}

function otherBytes(path: string, than: string): AppError {
  return new AppError('integrity', `${path} is not the file that ${than}; nothing was stored`, { path });
}
