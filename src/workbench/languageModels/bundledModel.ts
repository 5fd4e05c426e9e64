import { type AdapterFiles } from '../../predictors/files/index.ts';
import { type BaseModel, readBaseModel } from '../../predictors/lora/index.ts';
import { type WeightVariant, loadTokenizer } from '../../lm/index.ts';
import { type OnnxModel, type ScoringFormat, readModel, scoringDecoder } from '../../onnx/index.ts';
import { AppError, throwIfAborted } from '../../platform/index.ts';
import { shippedSummary } from '../../predictors/models.ts';
import type { ModelManifest, ModelVariant } from '../../weights/index.ts';
import type { ModelContent, ReportFiles } from './modelContent.ts';
import type { LoadedFiles, ModelFiles } from './modelFiles.ts';

/** The text template that this build writes. */
const TEMPLATE = 'onward-1';

/** Largest differences of a token's log probability from float32 that are rounding and no mistake. */
const TOLERANCE = { float32: 1e-3, float16: 0.1 };

/** The model that comes with the app. Throws `AppError`: `download-failed`, `integrity`, `unsupported`, `aborted`. */
export async function bundledModel(
  files: ModelFiles,
  hasF16: boolean,
  onFiles: ReportFiles,
  signal?: AbortSignal,
): Promise<ModelContent> {
  const manifest = await files.manifest(signal);
  if (manifest.template !== TEMPLATE) {
    throw new AppError('unsupported', `The model reads ${manifest.template}; reload the page`, {
      template: manifest.template,
    });
  }
  throwIfAborted(signal);
  const { file } = shippedVariant(manifest, hasF16);
  const loaded = await files.load(
    manifest,
    [
      manifest.tokenizer,
      manifest.tokenizerConfig,
      manifest.config,
      file,
      ...manifest.adapters.flatMap(({ weights, card }) => [weights, card]),
    ],
    onFiles,
    signal,
  );
  const { name, revision, populations } = manifest;
  const { notKept } = loaded;
  const shipped = shippedAdapters(manifest, loaded);
  const onnx = readModel(bytesOf(loaded, file));
  const configJson = parsed(loaded, manifest.config);
  return {
    about: {
      ...{ name, revision, populations },
      weightBytes: loaded.bytes,
      isFromCache: loaded.downloadedBytes === 0,
      ...(notKept && { notKept: { code: notKept.code, message: notKept.message, data: notKept.data } }),
    },
    tokenizer: loadTokenizer(parsed(loaded, manifest.tokenizer), parsed(loaded, manifest.tokenizerConfig)),
    variants: weightVariants(onnx, hasF16),
    ...decoderWeights({ name, revision }, onnx, configJson),
    shipped,
    adapters: [...shipped].map(([adapter, its]) => shippedSummary(adapter, its)),
  };
}

/** The weights of a decoder that this repository exported, read when they are first asked for. */
export function decoderWeights(
  about: { name: string; revision: string },
  onnx: OnnxModel,
  configJson: unknown,
): Pick<ModelContent, 'base' | 'outputEmbeddings'> {
  let read: BaseModel | null = null;
  const base = () => (read ??= readBaseModel(about, onnx, configJson));
  return {
    base,
    outputEmbeddings(tokens) {
      const { tensors, config } = base();
      const { hiddenSize } = config;
      const table = tensors.get('model.embed_tokens.weight') ?? new Float32Array();
      const rows = new Float32Array(tokens.length * hiddenSize);
      tokens.forEach((token, row) => {
        rows.set(table.subarray(token * hiddenSize, (token + 1) * hiddenSize), row * hiddenSize);
      });
      return rows;
    },
  };
}

/** One download serves every form: blocks are undone and activations narrowed when the graph is made. */
function shippedVariant({ variants }: ModelManifest, hasF16: boolean): ModelVariant {
  const usable = variants.find((variant) => !variant.needsF16) ?? variants.find(() => hasF16);
  if (!usable)
    throw new AppError('unsupported', 'This model needs 16-bit arithmetic, which no device here has');
  return usable;
}

/** The forms of the shipped weights to be timed; the first is the one that the others must agree with. */
function weightVariants(model: OnnxModel, hasF16: boolean): WeightVariant[] {
  const variant = (id: string, { weights, activations }: ScoringFormat): WeightVariant => ({
    id,
    graph: () => scoringDecoder(model, { weights, activations }),
    tolerance: TOLERANCE[activations],
  });
  return [
    variant('fp32', { weights: 'dense', activations: 'float32' }),
    variant('quantized', { weights: 'quantized', activations: 'float32' }),
    ...(hasF16 ? [variant('fp16', { weights: 'dense', activations: 'float16' })] : []),
  ];
}

function bytesOf({ data }: LoadedFiles, path: string): Uint8Array<ArrayBuffer> {
  const bytes = data.get(path);
  if (!bytes) throw new AppError('internal', `${path} was not loaded`);
  return bytes;
}

function parsed(loaded: LoadedFiles, path: string): unknown {
  return JSON.parse(new TextDecoder().decode(bytesOf(loaded, path)));
}

function shippedAdapters({ adapters }: ModelManifest, loaded: LoadedFiles): Map<string, AdapterFiles> {
  return new Map(
    adapters.map(({ name, weights, card }) => [
      name,
      { weights: bytesOf(loaded, weights), card: new TextDecoder().decode(bytesOf(loaded, card)) },
    ]),
  );
}
