import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecoderSession, loadTokenizer } from '../../../src/lm/index.ts';
import { readModel, scoringDecoder } from '../../../src/onnx/index.ts';
import { type AdapterRow, Store } from '../../../src/storage/index.ts';
import type { ModelReport, PanelRequest } from '../../../src/worker/index.ts';
import { AdapterShelf } from '../../../src/worker/learning/adapterShelf.ts';
import { ModelResources } from '../../../src/worker/learning/modelResources.ts';
import { PanelModels } from '../../../src/worker/learning/models/panelModels.ts';
import { Panels } from '../../../src/worker/learning/panels.ts';
import type { LearningResources } from '../../../src/worker/learning/preparedRun.ts';
import { Runs } from '../../../src/worker/learning/runs.ts';
import { LanguageRoute } from '../../../src/worker/languageRoute.ts';
import { parseManifest } from '../../../src/worker/manifest.ts';
import { Turns } from '../../../src/worker/turns.ts';
import { nodeRuntime } from '../../fixtures/nodeDecoder.ts';

const models = join(import.meta.dirname, '../../../models');
const json = (path: string): unknown => JSON.parse(readFileSync(join(models, path), 'utf8'));

/** The bundled model on onnxruntime-node, as the workers have it on onnxruntime-web. */
export async function bundledResources(adapters: readonly AdapterRow[] = []): Promise<LearningResources> {
  const manifest = parseManifest(json('manifest.json'));
  const inFolder = (path: string) => join(manifest.folder, path);
  const file = manifest.variants.find(({ activations }) => activations === 'float32')?.file ?? '';
  const onnx = readModel(new Uint8Array(readFileSync(join(models, inFolder(file)))));
  const graph = scoringDecoder(onnx, { weights: 'dense', activations: 'float32' });
  const session = await DecoderSession.create(nodeRuntime, graph);
  const tokenizer = loadTokenizer(
    json(inFolder(manifest.tokenizer)),
    json(inFolder(manifest.tokenizerConfig)),
  );
  const report: ModelReport = {
    name: manifest.name,
    revision: manifest.revision,
    weightBytes: 0,
    isFromCache: true,
    populations: manifest.populations,
    device: { device: 'wasm', name: 'Node', threads: 1, variant: 'fp32', reason: '', attempts: [] },
    adapters,
  };
  const parts = {
    runtime: nodeRuntime,
    tokenizer,
    onnx,
    config: json(inFolder(manifest.config)),
    contextLength: session.sizes.contextLength,
    shipped: new Map(),
  };
  const loaded = { route: new LanguageRoute(session, tokenizer), report, parts };
  return new ModelResources(loaded, 'http://localhost/models/');
}

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
