import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { careerDocument } from '../../src/predictors/documents/document.ts';
import { meanTitleNll } from '../../src/predictors/lora/titleNll.ts';
import { readBaseModel } from '../../src/predictors/lora/baseModel.ts';
import { type TunedModel } from '../../src/predictors/lora/tunedModel.ts';
import { DecoderSession, loadTokenizer, scoreDocument } from '../../src/lm/index.ts';
import { loraParameters, parameterCount, readModel, scoringDecoder } from '../../src/onnx/index.ts';
import { parseManifest } from '../../src/weights/manifest.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { careers, nodeRunner } from './loraFixture.ts';

const models = join(import.meta.dirname, '../../models');
const json = (path: string): unknown => JSON.parse(readFileSync(join(models, path), 'utf8'));
const manifest = parseManifest(json('manifest.json'));
const inFolder = (path: string) => join(manifest.folder, path);

describe('the bundled model as a base of LoRA', () => {
  it('predicts untouched as the language route does, from its quantized file', async () => {
    const file = manifest.variants.find(({ activations }) => activations === 'float32')?.file ?? '';
    const onnx = readModel(new Uint8Array(readFileSync(join(models, inFolder(file)))));
    const base = readBaseModel(manifest, onnx, json(inFolder(manifest.config)));
    const tokenizer = loadTokenizer(
      json(inFolder(manifest.tokenizer)),
      json(inFolder(manifest.tokenizerConfig)),
    );
    const encoder = {
      encode: (piece: { text: string; verbatim: boolean }) => tokenizer.encode([piece]).tokens,
    };
    const documents = careers.slice(0, 3).map((career) => careerDocument(career, encoder, 0));

    const lora = { rank: 2, alpha: 2, targets: ['q_proj'] };
    const theta = new Float32Array(parameterCount(loraParameters(base.config, lora)));
    const runner = nodeRunner();
    const model: TunedModel = { base, lora };
    const nll = await meanTitleNll(model, theta, documents, runner);
    await runner.dispose();

    const graph = scoringDecoder(onnx, { weights: 'dense', activations: 'float32' });
    const session = await DecoderSession.create(nodeRuntime, graph);
    let expected = 0;
    for (const { tokens, titles } of documents) {
      const scores = await scoreDocument(session, { tokens: [...tokens], spans: titles, alternatives: [] });
      expected -= scores.spanLogProbs.reduce((sum, logProb) => sum + logProb, 0);
    }
    expected /= documents.reduce((sum, { titles }) => sum + titles.length, 0);
    expect(Math.abs(nll - expected)).toBeLessThan(1e-4);
  });
});
