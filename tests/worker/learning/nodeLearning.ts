import { Store } from '../../../src/storage/index.ts';
import type { PanelRequest } from '../../../src/worker/index.ts';
import { AdapterShelf } from '../../../src/worker/learning/adapterShelf.ts';
import { PanelModels } from '../../../src/worker/learning/models/panelModels.ts';
import { Panels } from '../../../src/worker/learning/panels.ts';
import type { LearningResources } from '../../../src/worker/learning/preparedRun.ts';
import { Runs } from '../../../src/worker/learning/runs.ts';
import { Turns } from '../../../src/worker/turns.ts';

const stores = new Set<Store>();

/** Between tests. */
export async function deleteStores(): Promise<void> {
  for (const store of stores) await store.deleteEverything();
  stores.clear();
}

/** The inside of a worker that trains; another one on the same store is the worker after it. */
export function learningPlace(resources: LearningResources, store = new Store(), keepEvery = 0) {
  stores.add(store);
  const panels = new Panels(store);
  const shelf = new AdapterShelf(store);
  const runs = new Runs({
    store,
    panels,
    shelf,
    turns: new Turns(),
    resources: () => Promise.resolve(resources),
    keepEvery,
  });
  return { store, panels, shelf, runs, models: new PanelModels(shelf, panels, resources) };
}

export const syntheticRequest: PanelRequest = {
  name: 'Invented',
  origin: { kind: 'synthetic', people: 160, seed: 4, occupations: 8 },
  split: { seed: 1, testShare: 0.25 },
};
