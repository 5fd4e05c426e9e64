import { unzipSync, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import * as v from 'valibot';
import { AppError, sha256 } from '../../platform/index.ts';
import { packRow, unpackRow } from './packedRow.ts';
import { type BackupRows, backupRows } from './backupRows.ts';

const MANIFEST = 'onward-backup.json';
/** Of the file's layout; a later one reads all earlier ones. */
const VERSION = 1;
/** Most bytes that are unpacked in memory: a hundred large runs with their checkpoints stay below. */
const MOST_BYTES = 2e9;

const manifestSchema = v.object({
  format: v.literal('onward-backup'),
  version: v.number(),
  exportedAt: v.string(),
  files: v.array(
    v.object({ path: v.string(), bytes: v.number(), sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  ),
});

const vectorPath = (hash: string): string => `data/${hash}.bin`;
const tablePath = (table: string): string => `tables/${table}.json`;

/**
 * All rows as one ZIP archive: a manifest with the SHA-256 of every file, a JSON file per table, and a file per vector.
 * `now`: when it was made, as ISO text.
 */
export async function writeBackup(rows: BackupRows, now: string): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const files: v.InferOutput<typeof manifestSchema>['files'] = [];
  const archive = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(new Uint8Array(piece));
  });
  const add = (path: string, bytes: Uint8Array, isText: boolean) => {
    const entry = isText ? new ZipDeflate(path) : new ZipPassThrough(path);
    archive.add(entry);
    entry.push(bytes, true);
  };
  const written = new Set<string>();
  const keepVector = (hash: string, bytes: Uint8Array<ArrayBuffer>) => {
    if (written.has(hash)) return;
    written.add(hash);
    files.push({ path: vectorPath(hash), bytes: bytes.length, sha256: hash });
    add(vectorPath(hash), bytes, false);
  };
  for (const [table, tableRows] of Object.entries(rows)) {
    const packed = [];
    for (const row of tableRows) packed.push(await packRow(row, keepVector));
    const bytes = new TextEncoder().encode(JSON.stringify(packed));
    files.push({ path: tablePath(table), bytes: bytes.length, sha256: await sha256(bytes) });
    add(tablePath(table), bytes, true);
  }
  const manifest = { format: 'onward-backup', version: VERSION, exportedAt: now, files };
  add(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest, null, 2)), true);
  archive.end();
  return new Blob(pieces, { type: 'application/zip' });
}

/** The rows of an archive, each file of it verified by its hash. Throws `bad-input`, naming the file and what is wrong. */
export async function readBackup(archive: Blob): Promise<{ exportedAt: string; rows: BackupRows }> {
  const entries = unzipped(new Uint8Array(await archive.arrayBuffer()));
  const manifest = v.safeParse(manifestSchema, json(entries, MANIFEST));
  if (!manifest.success) throw unreadable(`${MANIFEST} is not the list of a backup of Onward`);
  const { version, exportedAt, files } = manifest.output;
  if (version > VERSION)
    throw unreadable('it comes from a newer version of Onward; load the newest one here first');
  for (const { path, bytes, sha256: hash } of files) {
    const content = entries.get(path);
    if (content?.length !== bytes || (await sha256(content)) !== hash) {
      throw unreadable(`${path} in it is missing or damaged; nothing was imported`);
    }
  }
  // What the list does not name was not verified.
  const verified = new Map(files.map(({ path }) => [path, entries.get(path)]));
  const vector = (hash: string): Uint8Array => {
    const bytes = verified.get(vectorPath(hash));
    if (!bytes) throw unreadable(`${vectorPath(hash)} is missing in it`);
    return bytes;
  };
  const tables = Object.keys(backupRows.entries).map((table) => {
    const packed = verified.has(tablePath(table)) ? json(entries, tablePath(table)) : [];
    return [table, unpackRow(packed, vector)] as const;
  });
  const rows = v.safeParse(backupRows, Object.fromEntries(tables));
  if (!rows.success) {
    const [issue] = rows.issues;
    throw unreadable(`${v.getDotPath(issue) ?? 'a row'} in it is not what it should be: ${issue.message}`);
  }
  // The schemas check what the app relies on, which is less than the types tell.
  return { exportedAt, rows: rows.output as unknown as BackupRows };
}

function unzipped(archive: Uint8Array): Map<string, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    bytes += originalSize;
    return bytes <= MOST_BYTES && /^(onward-backup\.json|(tables|data)\/[\w-]+\.(json|bin))$/.test(name);
  };
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(archive, { filter });
  } catch (error) {
    throw unreadable('it is no ZIP archive, or a damaged one', error);
  }
  if (bytes > MOST_BYTES) throw unreadable('it is larger than any backup of Onward');
  return new Map(Object.entries(entries).map(([name, content]) => [name, new Uint8Array(content)]));
}

function json(entries: ReadonlyMap<string, Uint8Array>, path: string): unknown {
  const bytes = entries.get(path);
  if (!bytes) throw unreadable(`it has no ${path}; it is no backup of Onward`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unreadable(`${path} in it is no JSON`, error);
  }
}

function unreadable(reason: string, cause?: unknown): AppError {
  return new AppError('bad-input', `This backup cannot be read: ${reason}.`, {}, { cause });
}
