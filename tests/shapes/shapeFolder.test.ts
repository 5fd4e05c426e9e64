import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoModelForCausalLM, AutoTokenizer, env, type PreTrainedModel } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportGraph } from '../../models/shapes/decoderExport.ts';
import { weightBytes } from '../../models/shapes/exportFiles.ts';
import { shapeFiles, weightFiles, wholeFile } from '../../models/shapes/shapeFiles.ts';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import {
  shapes,
  tinyShape,
  type DecoderShape,
  type ShapeDtype,
  type ShapeName,
} from '../../models/shapes/shapes.ts';
import { readModel } from '../../src/onnx/index.ts';

const names = Object.keys(shapes) as ShapeName[];
const root = mkdtempSync(join(tmpdir(), 'shapes-'));
const folderOf = (name: ShapeName) => join(root, name);
const text = '<A worker from the US>\n2001 (some college): Registered nurses\n';

beforeAll(() => {
  env.allowRemoteModels = false;
  for (const name of names) writeShapeFolder(folderOf(name), tinyShape(name), ['fp32', 'q4'], 1);
});
afterAll(() => rmSync(root, { recursive: true }));

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(names)('the shape of %s', (name) => {
  it.each(['fp32', 'q4'] as const)('is a folder that transformers.js loads unchanged (%s)', async (dtype) => {
    const tokenizer = await AutoTokenizer.from_pretrained(folderOf(name), { local_files_only: true });
    const options = { dtype, device: 'cpu', local_files_only: true } as const;
    const model: PreTrainedModel = await AutoModelForCausalLM.from_pretrained(folderOf(name), options);
    const inputs = tokenizer(text) as { input_ids: { dims: number[]; tolist(): number[][] } };
    const { logits } = (await model(inputs)) as { logits: { dims: number[]; data: Float32Array } };
    expect(logits.dims).toEqual([1, inputs.input_ids.dims[1], tinyShape(name).vocabSize]);
    expect(logits.data.every(Number.isFinite)).toBe(true);
    expect(tokenizer.decode(inputs.input_ids.tolist()[0], { skip_special_tokens: true })).toBe(text);
    const longer = (await model.generate({ ...inputs, max_new_tokens: 3 })) as { dims: number[] };
    expect(longer.dims[1]).toBeGreaterThan(inputs.input_ids.dims[1]);
    await model.dispose();
  });

  it('is the same bytes for the same seed, and others for another', () => {
    const shape = tinyShape(name);
    const files = shapeFiles(shape, ['q4'], 1);
    for (const file of files)
      expect(hash(wholeFile(file))).toBe(hash(readFileSync(join(folderOf(name), file.name))));
    const weights = (seed: number) => weightFiles(shape, 'q4', seed).map((file) => hash(wholeFile(file)));
    expect(weights(2)).not.toEqual(weights(1));
  });

  it('keeps large constants in the file that the family keeps them in', () => {
    const shape = tinyShape(name);
    const [graph, ...rest] = weightFiles(shape, 'q4', 1);
    const { initializers } = readModel(wholeFile(graph)).graph;
    const external = initializers.filter((tensor) => tensor.external);
    expect(rest.map((file) => file.name)).toEqual(shape.isExternal ? ['onnx/model_q4.onnx_data'] : []);
    expect(external.length > 0).toBe(shape.isExternal);
    const ends = external.map(({ external: place }) => (place ? place.offset + place.length : 0));
    expect(rest.map((file) => wholeFile(file).length)).toEqual(shape.isExternal ? [Math.max(...ends)] : []);
  });

  it('has the sizes of the published configuration at full size', () => {
    const graph = weightFiles(shapes[name], 'q4', 1);
    expect(graph).toHaveLength(shapes[name].isExternal ? 2 : 1);
    expect(parameters(shapes[name])).toBe(published[name]);
  });
});

/** Megabytes that people who fetched the exports saw, with what they are rounded to. */
const downloads: [ShapeName, ShapeDtype, number, number][] = [
  ['smollm2-135m', 'q4f16', 118, 1],
  ['smollm2-135m', 'q4', 182, 1],
  ['smollm2-360m', 'q4f16', 272, 1],
  ['qwen2.5-0.5b', 'q4f16', 483, 1],
  ['qwen2.5-0.5b', 'q4', 786, 1],
  ['qwen2.5-0.5b', 'fp16', 997, 1],
  ['qwen3-0.6b', 'q4f16', 570, 1],
  ['gemma-3-270m', 'q4f16', 280, 10],
  ['gemma-3-1b', 'q4f16', 764, 5],
  ['llama-3.2-1b', 'q4f16', 1090, 10],
  ['llama-3.2-1b', 'q4', 1690, 10],
];

describe('the size of an export of the hub', () => {
  it.each(downloads)('%s %s: %d MB', (name, dtype, megabytes, rounding) => {
    const bytes = weightBytes(exportGraph(shapes[name], dtype, 1));
    expect(Math.abs(bytes / 1e6 - megabytes)).toBeLessThanOrEqual(rounding);
  });

  it('puts weights that one file cannot hold beside the graph', () => {
    const files = (dtype: ShapeDtype) =>
      weightFiles(shapes['llama-3.2-1b'], dtype, 1).map((file) => file.name);
    expect(files('fp16')).toEqual(['onnx/model_fp16.onnx', 'onnx/model_fp16.onnx_data']);
    expect(files('q4')).toEqual(['onnx/model_q4.onnx']);
  });
});

/** Parameters of the published models, tied tables counted once. */
const published: Record<ShapeName, number> = {
  'smollm2-135m': 134_515_008,
  'smollm2-360m': 361_821_120,
  'qwen2.5-0.5b': 494_032_768,
  'qwen3-0.6b': 596_049_920,
  'gemma-3-270m': 268_098_176,
  'gemma-3-1b': 999_885_952,
  'llama-3.2-1b': 1_235_814_400,
};

function parameters(shape: DecoderShape): number {
  const { hiddenSize, intermediateSize, heads, kvHeads, headSize, layers, vocabSize } = shape;
  const queryKeyValue = (heads + 2 * kvHeads) * headSize;
  const attention = queryKeyValue * hiddenSize + heads * headSize * hiddenSize;
  const biases = shape.hasQueryKeyValueBias ? queryKeyValue : 0;
  const norms = (shape.isGemma ? 4 : 2) * hiddenSize + (shape.normalizesQueryKey ? 2 * headSize : 0);
  const layer = attention + biases + norms + 3 * hiddenSize * intermediateSize;
  return vocabSize * hiddenSize + layers * layer + hiddenSize;
}
