import type { AdapterToKeep, RunRow, Store } from '../../storage/index.ts';
import type { HeadRunSettings } from '../runSettings.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningResources, PreparedRun } from '../preparedRun.ts';
import { prepareHead } from './headRuns.ts';
import { readKeptAdapter } from '../keptAdapter.ts';
import { openAdapter } from '../openedAdapter.ts';
import type { OpenedModel } from '../openedModel.ts';
import type { StatesProgress } from './panelStates.ts';
import { loraFiles, tunedResources } from '../lora/tunedLanguage.ts';

/** A head on the language model as the LoRA of this id has tuned it. What is kept of it holds that LoRA, too. */
export async function prepareTunedHead(
  lora: string,
  settings: HeadRunSettings,
  run: RunRow,
  panel: OpenPanel,
  { resources, store, ...progress }: { resources: LearningResources; store: Store } & StatesProgress,
): Promise<PreparedRun> {
  const { files } = await store.adapters.load(lora);
  const tuned = await tunedResources(files, lora, resources, progress.signal);
  try {
    const prepared = await prepareHead(run, settings, panel, tuned.resources, store, progress);
    return {
      ...prepared,
      adapter: async (row, best) => carrying(loraFiles(files), await prepared.adapter(row, best)),
    };
  } finally {
    // Hidden states are read; training needs the language model no more.
    await tuned.dispose();
  }
}

/** A kept head that carries its LoRA, ready to be asked. */
export async function openTunedHead(kept: AdapterToKeep, resources: LearningResources): Promise<OpenedModel> {
  const tuned = await tunedResources(kept.files, kept.row.id, resources);
  try {
    return {
      model: await openAdapter(await readKeptAdapter(kept), tuned.resources),
      dispose: tuned.dispose,
    };
  } catch (error) {
    await tuned.dispose();
    throw error;
  }
}

/** The same with more files. */
export function carrying(files: AdapterToKeep['files'], { row, files: own }: AdapterToKeep): AdapterToKeep {
  const bytes = files.reduce((sum, { content }) => sum + content.length, row.bytes);
  return { row: { ...row, bytes }, files: [...own, ...files] };
}
