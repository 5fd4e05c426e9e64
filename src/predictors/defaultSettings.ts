import type { StoredSettings } from '../storage/index.ts';
import type { PanelSize } from './kind.ts';
import { trainedKind } from './registry.ts';

/** Good settings to begin with, for this kind of model and so many people. Throws `unsupported` for one that is not trained. */
export function defaultSettings(kind: string, panel: PanelSize): StoredSettings {
  return { kind, ...trainedKind(kind).training.defaults(panel) };
}
