import type { HeldModel } from '../../weights/index.ts';

/**
 * Which language model: one that is stored on this device, by its id; one that is only in memory, itself; or null: the one
 * that comes with the app.
 */
export type ModelChoice = string | HeldModel | null;
