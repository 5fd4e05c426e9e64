import * as v from 'valibot';
import type { HeldModel } from '../../../weights/index.ts';

/**
 * The channel on which Models pages say what they hold in memory, and on which the page with careers listens. One way
 * only: who knows careers never posts here, for who listens at the other end may talk to a hub. `tests/house` holds it.
 */
export const heldChannelName = 'onward-held-models';

/** All that one tab holds; none when it has let go of everything, or is being left. */
export interface HeldAnnouncement {
  /** Tells tabs apart. */
  tab: string;
  models: readonly HeldModel[];
}

const file = v.object({
  path: v.pipe(v.string(), v.minLength(1)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const row = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  name: v.pipe(v.string(), v.minLength(1)),
  revision: v.nullable(v.string()),
  dtype: v.string(),
  licence: v.nullable(v.string()),
  source: v.picklist(['hub', 'disk']),
  bytes: v.number(),
  files: v.array(file),
  installedAt: v.number(),
  usedAt: v.nullable(v.number()),
  checkedAt: v.number(),
});

const held = v.pipe(
  v.object({ row, files: v.map(v.string(), v.instance(Blob)) }),
  v.check((model) => model.row.files.every(({ path, bytes }) => model.files.get(path)?.size === bytes)),
);

const announcement = v.object({ tab: v.pipe(v.string(), v.minLength(1)), models: v.array(held) });

/** What was heard, if it has the shape of an announcement; null for anything else. Hashes are compared when files are read. */
export function parseAnnouncement(heard: unknown): HeldAnnouncement | null {
  const result = v.safeParse(announcement, heard);
  return result.success ? result.output : null;
}
