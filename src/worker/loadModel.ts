import {
  type ChosenDevice,
  type ChosenVariant,
  type Runtime,
  type TextTokenizer,
  type WeightVariant,
  chooseVariant,
  loadTokenizer,
} from '../lm/index.ts';
import type { AdapterFiles } from '../learning/index.ts';
import { type OnnxModel, type ScoringFormat, readModel, scoringDecoder } from '../onnx/index.ts';
import { AppError, isAbort, throwIfAborted } from '../platform/index.ts';
import type { DeviceReport, ModelProgress, ModelReport } from './contract.ts';
import type { DeviceMemory } from './deviceMemory.ts';
import { LanguageRoute } from './languageRoute.ts';
import type { ModelManifest, ModelVariant } from './manifest.ts';
import type { LoadedFiles, ModelFiles } from './modelFiles.ts';
import { shippedSummary } from './learning/models/openedAdapter.ts';
import { StartProgress } from './startProgress.ts';

export interface LoadedModel {
  route: LanguageRoute;
  report: ModelReport;
  /** What training, and what was trained, needs besides. */
  parts: ModelParts;
}

export interface ModelParts {
  readonly runtime: Runtime;
  readonly tokenizer: TextTokenizer;
  readonly onnx: OnnxModel;
  /** The parsed `config.json`. */
  readonly config: unknown;
  readonly contextLength: number;
  /** By name, the best last. */
  readonly shipped: ReadonlyMap<string, AdapterFiles>;
}

/** The text template that this build writes. */
const TEMPLATE = 'onward-1';

/**
 * From a device that was tried to a model that answers on it: manifest, verified files, and the form of the weights
 * that is fastest there. Throws `AppError`: `download-failed`, `integrity`, `unsupported`, `aborted`.
 */
export async function loadModel(
  files: ModelFiles,
  device: ChosenDevice,
  memory: DeviceMemory,
  onProgress: (progress: ModelProgress) => void,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const progress = new StartProgress(onProgress);
  progress.to('probing', 0.9);
  const manifest = await files.manifest(signal);
  if (manifest.template !== TEMPLATE) {
    throw new AppError('unsupported', `The model reads ${manifest.template}; reload the page`, {
      template: manifest.template,
    });
  }
  throwIfAborted(signal);
  const { file } = shippedVariant(manifest, device.hasF16);
  const loaded = await files.load(
    manifest,
    [
      manifest.tokenizer,
      manifest.tokenizerConfig,
      manifest.config,
      file,
      ...manifest.adapters.flatMap(({ weights, card }) => [weights, card]),
    ],
    ({ phase, ...bytes }) => progress.to(phase, bytes.loadedBytes / bytes.totalBytes, bytes),
    signal,
  );
  const tokenizer = loadTokenizer(
    parsed(loaded, manifest.tokenizer),
    parsed(loaded, manifest.tokenizerConfig),
  );
  const onnx = readModel(bytesOf(loaded, file));
  const variants = weightVariants(onnx, device.hasF16);
  const watched = variants.map((variant, index) => ({
    ...variant,
    graph: () => {
      throwIfAborted(signal);
      progress.to('compiling', index / variants.length);
      return variant.graph();
    },
  }));
  const chosen = await fastestVariant(device, watched, memory, manifest.revision, signal);
  progress.to('ready', 1);
  return {
    route: new LanguageRoute(chosen.session, tokenizer),
    report: modelReport(manifest, loaded, deviceReport(device, chosen)),
    parts: {
      runtime: device.runtime,
      tokenizer,
      onnx,
      config: parsed(loaded, manifest.config),
      contextLength: chosen.session.sizes.contextLength,
      shipped: shippedAdapters(manifest, loaded),
    },
  };
}

/** The form that an earlier visit found to be the fastest, if it still runs; else measured now, and remembered. */
async function fastestVariant(
  device: ChosenDevice,
  variants: readonly WeightVariant[],
  memory: DeviceMemory,
  revision: string,
  signal?: AbortSignal,
): Promise<ChosenVariant & { measuredAt?: number }> {
  const known = await memory.variant(device, revision);
  const remembered = variants.filter(({ id }) => id === known?.outcome);
  if (known && remembered.length > 0) {
    try {
      return { ...(await chooseVariant(device.runtime, remembered)), measuredAt: known.measuredAt };
    } catch (error) {
      if (isAbort(error)) throw error;
    }
  }
  const chosen = await chooseVariant(device.runtime, variants);
  // An abort cuts the comparison short.
  throwIfAborted(signal);
  await memory.keepVariant(device, revision, chosen.id);
  return chosen;
}

/** One download serves every form: blocks are undone and activations narrowed when the graph is made. */
function shippedVariant({ variants }: ModelManifest, hasF16: boolean): ModelVariant {
  const usable = variants.find((variant) => !variant.needsF16) ?? variants.find(() => hasF16);
  if (!usable)
    throw new AppError('unsupported', 'This model needs 16-bit arithmetic, which no device here has');
  return usable;
}

/** Largest differences of a token's log probability from float32 that are rounding and no mistake. */
const TOLERANCE = { float32: 1e-3, float16: 0.1 };

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

function deviceReport(
  device: ChosenDevice,
  { id, timings, measuredAt }: ChosenVariant & { measuredAt?: number },
): DeviceReport {
  const times = timings.map(({ id: form, milliseconds, problem }) =>
    milliseconds === null ? `${form} failed (${problem ?? ''})` : `${form} ${milliseconds.toFixed(0)} ms`,
  );
  const when = measuredAt === undefined ? '' : ' on an earlier visit';
  const remembered = [...device.attempts.map((attempt) => attempt.measuredAt), measuredAt].filter(
    (time) => time !== undefined,
  );
  return {
    device: device.device,
    name: device.name,
    threads: device.runtime.threads,
    variant: id,
    reason: `${device.reason} Weights as ${id}, the fastest form here${when}: ${times.join(', ')}.`,
    attempts: device.attempts,
    ...(remembered.length > 0 && { rememberedSince: Math.min(...remembered) }),
  };
}

function modelReport(manifest: ModelManifest, loaded: LoadedFiles, device: DeviceReport): ModelReport {
  const { notKept } = loaded;
  return {
    name: manifest.name,
    revision: manifest.revision,
    weightBytes: loaded.bytes,
    isFromCache: loaded.downloadedBytes === 0,
    populations: manifest.populations,
    device,
    adapters: [...shippedAdapters(manifest, loaded)].map(([name, files]) => shippedSummary(name, files)),
    ...(notKept && { notKept: { code: notKept.code, message: notKept.message, data: notKept.data } }),
  };
}
