import {
  type ChosenDevice,
  type ChosenVariant,
  type DecoderGraph,
  type DecoderSession,
  type Runtime,
  type WeightVariant,
  chooseVariant,
} from '../../lm/index.ts';
import { isAbort, throwIfAborted } from '../../platform/index.ts';
import {
  type DeviceReport,
  LanguageRoute,
  type ModelProgress,
  type ModelReport,
} from '../../predictors/language/index.ts';
import type { DeviceMemory } from './deviceMemory.ts';
import type { ModelContent, ReportFiles } from './modelContent.ts';
import { StartProgress } from './startProgress.ts';

export interface LoadedModel {
  readonly route: LanguageRoute;
  readonly report: ModelReport;
  /** What training, and what was trained, needs besides. */
  readonly content: Pick<ModelContent, 'tokenizer' | 'outputEmbeddings' | 'base' | 'shipped'>;
  readonly runtime: Runtime;
  /** The one that `route` asks, and the graph that it runs, made anew: for what measures them. */
  readonly session: DecoderSession;
  readonly graph: () => DecoderGraph;
  readonly sizes: DecoderSession['sizes'];
}

/**
 * From a device that was tried to a model that answers on it, in the form of its weights that is fastest there. Throws what
 * `read` throws, what the device makes of the model, and `aborted`.
 */
export async function loadModel(
  read: (onFiles: ReportFiles, signal?: AbortSignal) => Promise<ModelContent>,
  device: ChosenDevice,
  memory: DeviceMemory,
  onProgress: (progress: ModelProgress) => void,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const progress = new StartProgress(onProgress);
  progress.to('probing', 0.9);
  const onFiles: ReportFiles = ({ phase, ...bytes }) =>
    progress.to(phase, bytes.loadedBytes / bytes.totalBytes, bytes);
  const content = await read(onFiles, signal);
  const { about, tokenizer, variants, adapters } = content;
  const watched = variants.map((variant, index) => ({
    ...variant,
    graph: () => {
      throwIfAborted(signal);
      progress.to('compiling', index / variants.length);
      return variant.graph();
    },
  }));
  const chosen = await fastestVariant(device, watched, memory, about.revision, signal);
  const { graph } = variants.find(({ id }) => id === chosen.id) ?? variants[0];
  progress.to('ready', 1);
  return {
    route: new LanguageRoute(chosen.session, tokenizer),
    report: { ...about, device: deviceReport(device, chosen), adapters },
    content,
    runtime: device.runtime,
    session: chosen.session,
    graph,
    sizes: chosen.session.sizes,
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
