import { Store } from '../../src/storage/index.ts';
import type { PanelRequest, StoredSettings } from '../../src/worker/index.ts';
import { AdapterShelf } from '../../src/workbench/comparisons/adapterShelf.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { PanelModels } from '../../src/workbench/comparisons/panelModels.ts';
import { Panels } from '../../src/workbench/panels/panels.ts';
import type { LearningResources } from '../../src/predictors/preparedRun.ts';
import { Runs } from '../../src/workbench/runs/runs.ts';
import { Turns } from '../../src/platform/turns.ts';

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

/** A CAREER of a second or two. */
export const settings = (more: Partial<StoredSettings> = {}): StoredSettings => ({
  ...defaultSettings('career', {
    parts: {
      fitting: { people: 100, observations: 1000 },
      tuning: { people: 10, observations: 100 },
      test: { people: 0, observations: 0 },
    },
  }),
  hiddenSize: 16,
  intermediateSize: 32,
  layers: 1,
  epochs: 3,
  ...more,
});

export async function placeWithRun(
  place: ReturnType<typeof learningPlace>,
  more: Partial<StoredSettings> = {},
) {
  const panel = await place.panels.add(syntheticRequest);
  const run = await place.runs.create({ panel: panel.id, name: 'First', settings: settings(more) });
  return { ...place, panel, run };
}

export const quiet = () => undefined;
export const never = new AbortController().signal;
/** What a run's adapter exports. */
export const weights = async ({ models }: Pick<ReturnType<typeof learningPlace>, 'models'>, id: string) =>
  (await models.exportAdapter(id)).find(({ name }) => name.endsWith('.safetensors'))?.content;
