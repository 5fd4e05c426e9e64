import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { DecoderSession, loadTokenizer, type Runtime, type TextTokenizer } from '../../src/lm/index.ts';
import { readModel, scoringDecoder, type OnnxModel } from '../../src/onnx/index.ts';
import { parseManifest, type ModelManifest } from '../../src/weights/index.ts';
import { modelsFolder } from './modelFolder.ts';

/** The model as it ships, open on one runtime. */
export interface ShippedModel {
  readonly manifest: ModelManifest;
  readonly model: OnnxModel;
  readonly session: DecoderSession;
  readonly tokenizer: TextTokenizer;
}

/** This machine's processor. */
export const nodeRuntime: Runtime = { ort, sessionOptions: { executionProviders: ['cpu'] }, threads: 2 };

/** Opens the model that `models/manifest.json` names, by default on onnxruntime-node. */
export async function openShippedModel(runtime = nodeRuntime): Promise<ShippedModel> {
  const manifest = parseManifest(readJson(join(modelsFolder, 'manifest.json')));
  const variant = manifest.variants.find(({ activations }) => activations === 'float32');
  if (!variant) throw new Error('models/manifest.json names no variant for every machine.');
  const model = readModel(new Uint8Array(readFileSync(modelFile(manifest, variant.file))));
  const graph = scoringDecoder(model, { weights: 'dense', activations: 'float32' });
  const session = await DecoderSession.create(runtime, graph);
  const tokenizer = loadTokenizer(
    readJson(modelFile(manifest, manifest.tokenizer)),
    readJson(modelFile(manifest, manifest.tokenizerConfig)),
  );
  return { manifest, model, session, tokenizer };
}

/** Where a file of the model's folder lies. */
export const modelFile = ({ folder }: ModelManifest, path: string) => join(modelsFolder, folder, path);

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
