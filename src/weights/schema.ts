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

/** Hidden states of some people, one after another, `[steps × hiddenSize]` float16 bits each. */
export interface HiddenStatesRow {
  /** Names the model, its template and the panel. */
  key: string;
  index: number;
  panel: string;
  data: Uint16Array<ArrayBuffer>;
}

export const weightsVersions: readonly SchemaVersion[] = [
  { version: 1, stores: { files: '&sha256', shards: '[file+index]', manifests: '&address' } },
  { version: 2, stores: { measurements: '&key' } },
  { version: 3, stores: { hiddenStates: '[key+index], panel' } },
];

/** Model files, what was measured on devices, and what can be computed again. A database of its own: pages that download models never open the careers. */
export class WeightsDatabase extends Dexie {
  declare readonly files: Table<FileRow, string>;
  declare readonly shards: Table<ShardRow, [string, number]>;
  declare readonly manifests: Table<ManifestRow, string>;
  declare readonly measurements: Table<MeasurementRow, string>;
  declare readonly hiddenStates: Table<HiddenStatesRow, [string, number]>;

  constructor(name = 'onward-weights', versions = weightsVersions) {
    super(name);
    declareVersions(this, versions);
  }
}
