import { Downloads, type DownloadsOptions } from '../../src/hub/index.ts';
import {
  type HeldModel,
  InstalledModels,
  type ModelRow,
  WeightsDatabase,
  readHeld,
} from '../../src/weights/index.ts';
import type { FakeHub } from '../fixtures/hub/fakeHub.ts';
import type { Repository } from '../fixtures/hub/repository.ts';

export const SHARD = 10_000;
/** Patience that a test can wait for. */
export const quick = { pauseMs: 5, silenceMs: 1_500, longestPauseMs: 2_000 };

let databases = 0;

/** A device with nothing stored, and the ways into its store. */
export function freshDevice(hub: FakeHub, options: Partial<DownloadsOptions> = {}) {
  const database = new WeightsDatabase(`device-${databases++}`);
  return { database, installed: new InstalledModels(database), downloads: visit(hub, database, options) };
}

/** What a page that was just opened has: the same store and no memory of earlier ones. */
export function visit(hub: FakeHub, database: WeightsDatabase, options: Partial<DownloadsOptions> = {}) {
  return new Downloads(database, { hub: hub.url, patience: quick, shardBytes: SHARD, ...options });
}

/** Throws where a stored model does not read back as what the repository has. */
export async function expectSame(
  installed: InstalledModels,
  model: ModelRow,
  repository: Repository,
): Promise<void> {
  await expectFiles(model, repository, (path) => installed.read(model, path));
}

/** Throws where a model in memory does not. */
export async function expectSameInMemory(held: HeldModel, repository: Repository): Promise<void> {
  await expectFiles(held.row, repository, (path) => readHeld(held, path));
}

async function expectFiles(
  model: ModelRow,
  { files }: Repository,
  read: (path: string) => Promise<Uint8Array>,
): Promise<void> {
  for (const { path } of model.files) {
    const here = await read(path);
    const content = files.find((file) => file.path === path)?.content;
    if (!content || Buffer.compare(here, content) !== 0) throw new Error(`${path} is another file`);
  }
}
