import type Dexie from 'dexie';
import type { Transaction } from 'dexie';

/** One step of a schema's history. Released versions are never changed, only added to. */
export interface SchemaVersion {
  version: number;
  /** Keys and indexes, in Dexie's notation; null drops a table. */
  stores: Record<string, string | null>;
  /** Brings the rows of the version before into this one's shape. */
  upgrade?: (transaction: Transaction) => Promise<void>;
}

/** Declares the history of a schema to a database that is not open yet. */
export function declareVersions(database: Dexie, versions: readonly SchemaVersion[]): void {
  for (const { version, stores, upgrade } of versions) {
    const declared = database.version(version).stores(stores);
    if (upgrade) declared.upgrade(upgrade);
  }
}
