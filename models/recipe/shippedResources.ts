import { decoderWeights, ModelResources } from '../../src/workbench/index.ts';
import type { LearningResources } from '../../src/predictors/models.ts';
import { LanguageRoute } from '../../src/predictors/language/index.ts';
import { modelFile, nodeRuntime, openShippedModel, readJson } from './shippedModel.ts';

/** The model as it ships, as the workers have it on onnxruntime-web; by default on onnxruntime-node. */
export async function shippedResources(runtime = nodeRuntime): Promise<LearningResources> {
  const { manifest, model, session, tokenizer } = await openShippedModel(runtime);
  const { name, revision, populations } = manifest;
  const config = readJson(modelFile(manifest, manifest.config));
  const content = { tokenizer, shipped: new Map(), ...decoderWeights({ name, revision }, model, config) };
  const device = {
    device: 'wasm',
    name: 'Node',
    threads: runtime.threads,
    variant: 'fp32',
    reason: 'Outside of a browser.',
    attempts: [],
  } as const;
  const report = {
    name,
    revision,
    populations,
    weightBytes: 0,
    isFromCache: true,
    device,
    adapters: [],
  };
  return new ModelResources(
    {
      route: new LanguageRoute(session, tokenizer),
      report,
      content,
      runtime,
      sizes: session.sizes,
    },
    'http://localhost/',
  );
}
