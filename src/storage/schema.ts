import Dexie, { type Table, type Transaction } from 'dexie';
import type { SavedCareer } from './savedCareer.ts';

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

export interface SettingRow {
  key: 'keepsDrafts';
  value: boolean;
}

export interface DraftRow extends SavedCareer {
  id: 'draft';
}

/** One step of a schema's history. Released versions are never changed, only added to. */
export interface SchemaVersion {
  version: number;
  /** Keys and indexes, in Dexie's notation; null drops a table. */
  stores: Record<string, string | null>;
  /** Brings the rows of the version before into this one's shape. */
  upgrade?: (transaction: Transaction) => Promise<void>;
}

export const weightsVersions: readonly SchemaVersion[] = [
  { version: 1, stores: { files: '&sha256', shards: '[file+index]', manifests: '&address' } },
  { version: 2, stores: { measurements: '&key' } },
];

export const careersVersions: readonly SchemaVersion[] = [
  { version: 1, stores: { careers: '&id, savedAt', drafts: '&id', settings: '&key' } },
];

function declareVersions(database: Dexie, versions: readonly SchemaVersion[]): void {
  for (const { version, stores, upgrade } of versions) {
    const declared = database.version(version).stores(stores);
    if (upgrade) declared.upgrade(upgrade);
  }
}

/** Model files and what was measured on devices. A database of its own: pages that download models never open the careers. */
export class WeightsDatabase extends Dexie {
  declare readonly files: Table<FileRow, string>;
  declare readonly shards: Table<ShardRow, [string, number]>;
  declare readonly manifests: Table<ManifestRow, string>;
  declare readonly measurements: Table<MeasurementRow, string>;

  constructor(name = 'onward-weights', versions = weightsVersions) {
    super(name);
    declareVersions(this, versions);
  }
}

/** What the person asked to keep. Empty until they ask. */
export class CareersDatabase extends Dexie {
  declare readonly careers: Table<SavedCareer, string>;
  declare readonly drafts: Table<DraftRow, 'draft'>;
  declare readonly settings: Table<SettingRow, SettingRow['key']>;

  constructor(name = 'onward-careers', versions = careersVersions) {
    super(name);
    declareVersions(this, versions);
  }
}
