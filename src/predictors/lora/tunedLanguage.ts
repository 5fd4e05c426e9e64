import { peftFileNames } from './peft.ts';
import { tunedDecoder } from './tunedDecoder.ts';
import type { AdapterFileSet } from '../../storage/index.ts';
import type { LearningModel, LearningResources } from '../preparedRun.ts';
import { readLora } from './loraRuns.ts';

/** LoRA's files among those of something that stands on it. */
export function loraFiles(files: AdapterFileSet): AdapterFileSet {
  const { weights, config } = peftFileNames;
  return files.filter(({ name }) => name === weights || name === config);
}

/**
 * The same place with the language model tuned by LoRA, for what reads hidden states: a head stands on it as on the one that
 * ships. `key` tells its hidden states from others'. Whoever opens it disposes of it. Throws `bad-input` where it does not fit.
 */
export async function tunedResources(
  files: AdapterFileSet,
  key: string,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<{ resources: LearningResources; dispose: () => Promise<void> }> {
  const language = await resources.languageModel(signal);
  const { lora, theta } = await readLora(loraFiles(files), language);
  const route = await language.open(tunedDecoder(language.base(), lora, theta, language.contextLength));
  const tuned: LearningModel = { ...language, route, tunedBy: key };
  return {
    resources: { runner: (each) => resources.runner(each), languageModel: () => Promise.resolve(tuned) },
    dispose: () => route.dispose(),
  };
}
