import type { CompiledGraph } from '../../onnx/index.ts';
import { AppError, outOfMemoryError } from '../../platform/index.ts';
import { ortTensor, type Feed, type OrtSession, type OrtTensor, type TrainingRuntime } from './runtime.ts';

/** Runs graphs on one device; keeps a session for each key. Calls must not overlap. */
export class GraphRunner {
  readonly #sessions = new Map<string, Promise<OrtSession>>();

  constructor(readonly runtime: TrainingRuntime) {}

  /**
   * Runs the graph of `key`, compiled by `graph` at the first call. Tensors may be passed as they are. `onGpu`: outputs
   * that stay on the GPU where there is one; the same for every call of a key. Throws `out-of-memory`, `device-lost` where a
   * GPU failed, `internal` for the rest.
   */
  async run(
    key: string,
    graph: () => CompiledGraph,
    feeds: Record<string, Feed | OrtTensor>,
    onGpu: readonly string[] = [],
  ): Promise<Record<string, OrtTensor>> {
    const session = await this.#session(key, graph, onGpu);
    const tensors: Record<string, OrtTensor> = {};
    const own: OrtTensor[] = [];
    for (const [name, feed] of Object.entries(feeds)) {
      tensors[name] = 'dims' in feed ? feed : ortTensor(this.runtime, feed);
      if (!('dims' in feed)) own.push(tensors[name]);
    }
    try {
      return await session.run(tensors);
    } catch (cause) {
      throw this.#failure('run', key, cause);
    } finally {
      for (const tensor of own) tensor.dispose();
    }
  }

  /** Ends every session. */
  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).release();
  }

  #session(key: string, graph: () => CompiledGraph, onGpu: readonly string[]): Promise<OrtSession> {
    const known = this.#sessions.get(key);
    if (known) return known;
    const { ort, sessionOptions, isOnGpu } = this.runtime;
    const kept = Object.fromEntries(onGpu.map((name) => [name, 'gpu-buffer' as const]));
    const session = ort.InferenceSession.create(graph().bytes, {
      logSeverityLevel: 3,
      ...sessionOptions,
      ...(isOnGpu && onGpu.length > 0 && { preferredOutputLocation: kept }),
    }).catch((cause: unknown) => {
      this.#sessions.delete(key);
      throw this.#failure('be opened', key, cause);
    });
    this.#sessions.set(key, session);
    return session;
  }

  /** The processor runs these graphs: a GPU that cannot is as good as lost, so that another device is tried. */
  #failure(what: string, key: string, cause: unknown): AppError {
    const message = `A training graph could not ${what}: ${String(cause)}`;
    const code = this.runtime.isOnGpu ? 'device-lost' : 'internal';
    return outOfMemoryError(cause) ?? new AppError(code, message, { key }, { cause });
  }
}
