import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import type { CareerHistory } from '../../src/career/index.ts';
import { fromFloat16 } from '../../src/onnx/index.ts';
import { Store } from '../../src/storage/index.ts';
import type { LanguageRoute } from '../../src/predictors/language/languageRoute.ts';
import { PanelStates } from '../../src/predictors/head/panelStates.ts';
import type { LearningModel } from '../../src/predictors/preparedRun.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const resources = await shippedResources();
const language = await resources.languageModel();
const { hiddenSize } = language;

afterEach(deleteStores);

/** The bundled model, whose states are counted: each says which reading it was. */
function counting(): { model: LearningModel; reads: () => number } {
  let reads = 0;
  const hiddenStates = ({ observations }: CareerHistory) =>
    Promise.resolve(new Float32Array(observations.length * hiddenSize).fill(++reads));
  const route = Object.assign(Object.create(language.route) as LanguageRoute, { hiddenStates });
  return { model: { ...language, route }, reads: () => reads };
}

/** The panel of 160 people as a worker opens it. */
async function opened(store: Store, mayBeStored: boolean) {
  const { panels } = learningPlace(resources, store);
  const { id } = await panels.add(syntheticRequest);
  const panel = { ...(await panels.open(id)), mayBeStored };
  const { fitting, tuning } = panel.people;
  return { panel, people: [...fitting, ...tuning] };
}

async function abortedReading(states: PanelStates, people: readonly CareerHistory[]) {
  const controller = new AbortController();
  const reading = states.read(people, { onRead: () => controller.abort(), signal: controller.signal });
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
}

describe('hidden states of a panel', () => {
  it('that were read before an abort are not read again by the next worker', async () => {
    const store = new Store();
    const first = await opened(store, true);
    await abortedReading(new PanelStates(store, first.panel, counting().model), first.people);

    const next = await opened(store, true);
    const { model, reads } = counting();
    const states = await new PanelStates(store, next.panel, model).read(next.people, {});
    expect(reads()).toBe(next.people.length - 50);
    expect(states.map(({ length }) => length)).toEqual(
      next.people.map(({ observations }) => observations.length * hiddenSize),
    );
    // The last of those kept, and the first that was read now.
    expect([states[49], states[50]].map((own) => fromFloat16(own)[0])).toEqual([50, 1]);
  });

  it('of a panel that is not stored stay in memory, and only there', async () => {
    const store = new Store();
    const { panel, people } = await opened(store, false);
    const { model, reads } = counting();
    await abortedReading(new PanelStates(store, panel, model), people);
    await new PanelStates(store, panel, model).read(people, {});
    expect(reads()).toBe(people.length);

    const later = await opened(store, false);
    const after = counting();
    await new PanelStates(store, later.panel, after.model).read(later.people, {});
    expect(after.reads()).toBe(people.length);
  });
});
