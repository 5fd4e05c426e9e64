import type { ChosenDevice } from '../../lm/index.ts';
import type { Store } from '../../storage/index.ts';
import { bundledModel } from './bundledModel.ts';
import type { ModelChoice } from './modelChoice.ts';
import type { ModelContent, ReportFiles } from './modelContent.ts';
import { ModelFiles } from './modelFiles.ts';
import { storedModel } from './storedModel.ts';

export interface ModelPlace {
  /** Absolute address of the folder that holds `manifest.json`. */
  readonly models: string;
  readonly store: Store;
  readonly device: Pick<ChosenDevice, 'hasF16' | 'device'>;
}

/** Reads the chosen model: from the store, or, the one that comes with the app, from the network once and then from there. */
export function chosenModel(
  choice: ModelChoice,
  { models, store, device }: ModelPlace,
): (onFiles: ReportFiles, signal?: AbortSignal) => Promise<ModelContent> {
  if (choice !== null) return (onFiles, signal) => storedModel(choice, store, device, onFiles, signal);
  return (onFiles, signal) => bundledModel(new ModelFiles(models, store), device.hasF16, onFiles, signal);
}
