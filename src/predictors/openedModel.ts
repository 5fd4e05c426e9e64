import type { AdapterToKeep } from '../storage/index.ts';
import type { LearningResources } from './preparedRun.ts';
import type { AskedModel } from './askedModel.ts';
import { readKeptAdapter } from './keptAdapter.ts';
import { openLora } from './lora/loraRuns.ts';
import { openAdapter } from './openedAdapter.ts';
import { openTunedHead } from './head/tunedHeadRuns.ts';
import { loraFiles } from './lora/tunedLanguage.ts';

/** A model, and how to let go of what it holds on the device. */
export interface OpenedModel {
  readonly model: AskedModel;
  readonly dispose: () => Promise<void>;
}

/** A model that holds nothing of its own. */
export function lasting(model: AskedModel): OpenedModel {
  return { model, dispose: () => Promise.resolve() };
}

/** What was trained or imported, ready to be asked. Throws `bad-input` where its files do not fit what is here. */
export async function openKept(kept: AdapterToKeep, resources: LearningResources): Promise<OpenedModel> {
  if (kept.row.kind === 'lora') return openLora(kept.files, resources);
  if (loraFiles(kept.files).length > 0) return openTunedHead(kept, resources);
  return lasting(await openAdapter(await readKeptAdapter(kept), resources));
}
