/**
 * The app as a backup meets it: its own stores, runs and models, on the WebAssembly build of onnxruntime that browsers
 * load, with one thread. That arithmetic is the same on every processor, so bytes can be compared from machine to machine.
 * All that the tests of an earlier backup know of the app's rooms is in this file.
 */
import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { modelsFolder } from '../../../models/recipe/modelFolder.ts';
import { modelFile, readJson } from '../../../models/recipe/shippedModel.ts';
import { shippedResources } from '../../../models/recipe/shippedResources.ts';
import type { BaselineFile, ShippedBaselines } from '../../../src/evaluation/index.ts';
import { type LearningResources, openKept } from '../../../src/predictors/models.ts';
import { StoredQueries } from '../../../src/storage/index.ts';
import { parseManifest } from '../../../src/weights/index.ts';
import { deleteStores, learningPlace } from '../nodeLearning.ts';

export { deleteStores };

ort.env.wasm.numThreads = 1;
const runtime = { ort, sessionOptions: { executionProviders: ['wasm'] }, threads: 1 };
export const runtimeName = `onnxruntime-web ${ort.env.versions.web ?? ''}, WebAssembly, 1 thread`;

/** The bundled model with everything that came with it. */
async function bundledResources(): Promise<LearningResources> {
  const bundled = await shippedResources(runtime);
  const manifest = parseManifest(readJson(join(modelsFolder, 'manifest.json')));
  const bytes = (path: string) => new Uint8Array(readFileSync(modelFile(manifest, path)));
  const shipped = new Map(
    manifest.adapters.map(({ name, weights, card }) => [
      name,
      { weights: bytes(weights), card: new TextDecoder().decode(bytes(card)) },
    ]),
  );
  const tables = readJson(join(modelsFolder, 'baselines.json')) as ShippedBaselines;
  const mixture = (): Promise<BaselineFile> => Promise.resolve(tables.mixture);
  const language = { ...(await bundled.languageModel()), shipped, mixture };
  return { runner: () => bundled.runner(), languageModel: () => Promise.resolve(language) };
}

let bundled: Promise<LearningResources> | null = null;

/** One visit of a device; the next begins with what the stores kept of it. `otherModel`: with another language model. */
export async function visit(otherModel = false) {
  const resources = await (bundled ??= bundledResources());
  return place(otherModel ? withAnotherModel(resources) : resources);
}

export type Visit = Awaited<ReturnType<typeof visit>>;

async function place(resources: LearningResources) {
  const learning = learningPlace(resources);
  const { report } = await resources.languageModel();
  return {
    ...learning,
    stored: new StoredQueries(),
    languageModel: `${report.name} ${report.revision}`,
    /** What one of its models says of a person's last step, in the order of its list. */
    async answer(id: string, panel: string): Promise<number[]> {
      const { row, people } = await learning.panels.open(panel);
      const { observations, ...person } = people.tuning[0];
      const { occupationCode: _code, title: _title, ...next } = observations[observations.length - 1];
      const history = { ...person, observations: observations.slice(0, -1) };
      const { model, dispose } = await openKept(await learning.shelf.load(id), resources);
      try {
        return [...(await model.predict(history, next, row.list.list)).probabilities];
      } finally {
        await dispose();
      }
    },
  };
}

/** As if a later release came with the same weights under another revision. */
function withAnotherModel(resources: LearningResources): LearningResources {
  const revision = 'another';
  return {
    ...resources,
    async languageModel() {
      const language = await resources.languageModel();
      const report = { ...language.report, revision };
      return { ...language, report, base: () => ({ ...language.base(), revision }) };
    },
  };
}
