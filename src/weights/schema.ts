import Dexie, { type Table } from 'dexie';
import { type SchemaVersion, declareVersions } from './schemaVersions.ts';

/**
 * A stored file of weights. Written last, in a transaction of its own, after every shard is stored and the whole
 * file's hash was right: a row here means that the file was complete.
 */
export interface FileRow {
  /** SHA-256 of the whole file, lower-case hex: the key, so that a new revision never meets old bytes. */
  sha256: string;
  bytes: number;
  shardBytes: number;
  /** SHA-256 of every shard, in order. */
  shardHashes: string[];
  savedAt: number;
}

/** One piece of a file. `data` is never indexed: an index on it copies every blob into the index. */
export interface ShardRow {
  /** SHA-256 of the whole file. */
  file: string;
  index: number;
  /** SHA-256 of this shard as it came from the network; a partial download resumes on it. */
  sha256: string;
  data: Blob;
}

/** The manifest of a model all of whose files are stored, so that a visit without network finds them. */
export interface ManifestRow {
  /** Address of the manifest, as the page knows it. */
  address: string;
  /** As it was parsed from JSON; its reader checks it again. */
  manifest: unknown;
  savedAt: number;
}

/** What was measured once about a device of this machine, so that a later visit need not wait for it again. */
export interface MeasurementRow {
  /** Names what was measured, with everything that it depends on. */
  key: string;
  outcome: string;
  measuredAt: number;
}

/** What a stored model is, whether or not all of it is here yet. */
export interface ModelDescription {
  /** Names the model, its revision and its dtype. */
  id: string;
  /** `owner/name` on the hub, or the name of the folder or archive that it came from. */
  name: string;
  /** The commit on the hub; null for a model from disk that does not say. */
  revision: string | null;
  /** As in the names of its files: `q4`, `q4f16`, `fp16`, `fp32`, … */
  dtype: string;
  /** As the hub names it (`apache-2.0`, `gemma`, …); null where nobody said. */
  licence: string | null;
  source: 'hub' | 'disk';
  /** Of all files together. */
  bytes: number;
}

/** A file of a stored model; its bytes are a row of `files` and its shards. */
export interface ModelFileRow {
  /** Within the model's folder, with forward slashes. */
  path: string;
  bytes: number;
  sha256: string;
}

/** A model all of whose files are stored. Written last. */
export interface ModelRow extends ModelDescription {
  files: ModelFileRow[];
  installedAt: number;
  /** When it was last loaded to compute with; null before. */
  usedAt: number | null;
  /** When every byte of it was last found to be right. */
  checkedAt: number;
}

/** A file that is wanted. One of the two hashes is known beforehand: large files have the first, small ones the other. */
export interface WantedFile {
  path: string;
  bytes: number;
  /** Of the whole file; for small files it is filled in when they are here. */
  sha256: string | null;
  /** SHA-1 of a git blob with its content. */
  gitSha1: string | null;
}

/** A model on its way. Written before its first byte, so that nobody takes its shards for leftovers. */
export interface DownloadRow extends ModelDescription {
  files: WantedFile[];
  startedAt: number;
}

/** The beginning of a shard, for when a download stops in the middle of it. */
export interface PieceRow {
  /** The file's known hash: SHA-256, or the SHA-1 of a small file. */
  file: string;
  index: number;
  sha256: string;
  data: Blob;
}

/** How far the hash of a whole file has come: its state after so many shards, in the hash library's own form. */
export interface HashingRow {
  file: string;
  shards: number;
  state: Uint8Array<ArrayBuffer>;
}

/** Hidden states of some people, one after another, `[steps × hiddenSize]` float16 bits each. */
export interface HiddenStatesRow {
  /** Names the model, its template and the panel. */
  key: string;
  index: number;
  panel: string;
  data: Uint16Array<ArrayBuffer>;
  /** Of the data, as the store computes it; rows of earlier releases have none, and are computed again. */
  sha256?: string;
}

export const weightsVersions: readonly SchemaVersion[] = [
  { version: 1, stores: { files: '&sha256', shards: '[file+index]', manifests: '&address' } },
  { version: 2, stores: { measurements: '&key' } },
  { version: 3, stores: { hiddenStates: '[key+index], panel' } },
  {
    version: 4,
    stores: { models: '&id', downloads: '&id', pieces: '[file+index]', hashing: '&file' },
  },
];

/** Model files, what was measured on devices, and what can be computed again. A database of its own: pages that download models never open the careers. */
export class WeightsDatabase extends Dexie {
  declare readonly files: Table<FileRow, string>;
  declare readonly shards: Table<ShardRow, [string, number]>;
  declare readonly manifests: Table<ManifestRow, string>;
  declare readonly measurements: Table<MeasurementRow, string>;
  declare readonly hiddenStates: Table<HiddenStatesRow, [string, number]>;
  declare readonly models: Table<ModelRow, string>;
  declare readonly downloads: Table<DownloadRow, string>;
  declare readonly pieces: Table<PieceRow, [string, number]>;
  declare readonly hashing: Table<HashingRow, string>;

  constructor(name = 'onward-weights', versions = weightsVersions) {
    super(name);
    declareVersions(this, versions);
  }
}
