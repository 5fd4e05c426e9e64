import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  configJson,
  elementCount,
  exportDecoder,
  llamaParameters,
  type DecoderFormat,
  type LlamaConfig,
} from '../../src/onnx/index.ts';
import type { AdapterFiles } from '../../src/predictors/files/index.ts';
import { parseManifest, type ModelManifest } from '../../src/weights/index.ts';
import type { QuantizedFormat } from './quantizationChoice.ts';
import type { Settings } from './settings.ts';
import { tokenizerConfigJson, tokenizerJson, type Vocabulary } from './vocabulary.ts';

export const modelsFolder = fileURLToPath(new URL('../', import.meta.url));

/** transformers.js finds a dtype by its file's suffix: `q4` `_q4`, `q4f16` `_q4f16`, `q8` `_quantized`, `fp16` `_fp16`. */
const fileNames = {
  4: { float32: 'onnx/model_q4.onnx', float16: 'onnx/model_q4f16.onnx' },
  8: { float32: 'onnx/model_quantized.onnx', float16: 'onnx/model_fp16.onnx' },
} as const;

/**
 * Writes the Hugging Face model folder and `models/manifest.json`, and returns the manifest. Both ONNX files
 * hold the same quantized weights; one computes in float32 and runs everywhere, one in float16.
 */
export function writeModelFolder(
  config: LlamaConfig,
  theta: Float32Array,
  vocabulary: Vocabulary,
  settings: Settings,
  quantization: QuantizedFormat,
  about: Pick<ModelManifest, 'populations' | 'figures'>,
): ModelManifest {
  const folder = join(modelsFolder, settings.name);
  rmSync(join(folder, 'onnx'), { recursive: true, force: true });
  const write = (path: string, contents: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  };
  const writeJson = (path: string, value: unknown) => write(path, `${JSON.stringify(value, null, 1)}\n`);

  const endToken = vocabulary.endToken;
  const ids = { bosTokenId: null, eosTokenId: endToken, padTokenId: endToken };
  const { config: modelConfig, generationConfig } = configJson(config, ids, settings.contextLength);
  writeJson('config.json', modelConfig);
  writeJson('generation_config.json', generationConfig);
  writeJson('tokenizer.json', tokenizerJson(vocabulary));
  writeJson('tokenizer_config.json', tokenizerConfigJson(vocabulary, settings.contextLength));

  const parameters = namedParameters(config, theta);
  const names = fileNames[quantization.bits];
  for (const activations of ['float32', 'float16'] as const) {
    const format: DecoderFormat = { ...quantization, activations, contextLength: settings.contextLength };
    write(names[activations], exportDecoder(config, parameters, format));
  }

  const id = `q${quantization.bits}`;
  const paths = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
  const manifest = parseManifest({
    name: settings.name,
    revision: createHash('sha256').update(theta).digest('hex').slice(0, 12),
    folder: settings.name,
    files: [...paths, names.float32, names.float16].map((path) => describeFile(folder, path)),
    variants: [
      { id, file: names.float32, activations: 'float32', needsF16: false },
      { id: `${id}f16`, file: names.float16, activations: 'float16', needsF16: true },
    ],
    tokenizer: 'tokenizer.json',
    tokenizerConfig: 'tokenizer_config.json',
    config: 'config.json',
    template: 'onward-1',
    ...about,
  });
  writeFileSync(join(modelsFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

/** Writes what was trained on the model into its folder beside its `card`, and names it in the manifest in this order. */
export function writeAdapters(
  manifest: ModelManifest,
  adapters: ReadonlyMap<string, AdapterFiles>,
  card: string,
): void {
  const folder = join(modelsFolder, manifest.folder);
  rmSync(join(folder, 'adapters'), { recursive: true, force: true });
  mkdirSync(join(folder, 'adapters'));
  writeFileSync(join(folder, 'adapters', 'README.md'), card);
  const named = [...adapters].map(([name, { weights, card }]) => {
    const paths = { weights: `adapters/${name}.safetensors`, card: `adapters/${name}.json` };
    writeFileSync(join(folder, paths.weights), weights);
    writeFileSync(join(folder, paths.card), card);
    return { name, ...paths };
  });
  const others = manifest.files.filter(({ path }) => !path.startsWith('adapters/'));
  const paths = named.flatMap(({ weights, card }) => [weights, card]);
  const files = [...others, ...paths.map((path) => describeFile(folder, path))];
  const whole = parseManifest({ ...manifest, files, adapters: named });
  writeFileSync(join(modelsFolder, 'manifest.json'), `${JSON.stringify(whole, null, 1)}\n`);
}

/** Bytes of everything in the model folder. */
export function folderBytes(name: string): number {
  const folder = join(modelsFolder, name);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + readFileSync(join(entry.parentPath, entry.name)).length, 0);
}

function describeFile(folder: string, path: string): ModelManifest['files'][number] {
  const contents = readFileSync(join(folder, path));
  return { path, bytes: contents.length, sha256: createHash('sha256').update(contents).digest('hex') };
}

/** The flat vector cut into Hugging Face's tensors. */
function namedParameters(config: LlamaConfig, theta: Float32Array): Map<string, Float32Array> {
  const parameters = new Map<string, Float32Array>();
  let offset = 0;
  for (const { name, shape } of llamaParameters(config)) {
    parameters.set(name, theta.subarray(offset, offset + elementCount(shape)));
    offset += elementCount(shape);
  }
  return parameters;
}
