import { AppError, outOfMemoryError, throwIfAborted } from '../platform/index.ts';
import type { DecoderGraph, DecoderSizes } from './decoderGraph.ts';
import {
  checkContext,
  decoderPass,
  type DecoderPass,
  type TokenForest,
  type TokenPick,
} from './decoderPass.ts';
import { hasLost } from './gpuDevice.ts';
import { cacheNames, presentTensors, type KvCache } from './kvCache.ts';
import { checkHiddenStates, checkLogProbs } from './outputCheck.ts';
import { planPasses, type PlannedPass } from './passPlan.ts';
import type { OrtSession, OrtTensor, Runtime } from './runtime.ts';

export interface ForwardResult {
  /** Natural log of each pick's probability, in the order of the picks. */
  readonly logProbs: Float32Array;
  /** Leading tokens of the text that came from the cache. */
  readonly reusedTokens: number;
  /** Runs of the graph that it took. */
  readonly passes: number;
}

/** Bytes that the largest intermediate arrays of a pass may take together, where nothing else is asked for. */
const usualMemoryBudget = 256 * 2 ** 20;

export interface SessionOptions {
  /**
   * What a pass may hold beside the weights and the cache: attention's scores, rows · heads · visible rows · 4 bytes, and
   * logits, head rows · vocabulary · 4 bytes; three arrays of either are alive at once, and each three stay below it.
   * Longer texts and larger forests take several passes. Default: 256 MiB.
   */
  readonly memoryBudgetBytes?: number;
}

/**
 * A loaded language model with the cache of the text it read last. Calls must not overlap; each leaves the cache
 * valid, also when it fails. Failures are `AppError`s: `device-lost` where the GPU went away, `bad-output` where
 * it answered nonsense, `out-of-memory`, `bad-input` where the text is too long, `internal` for the rest.
 */
export class DecoderSession {
  #cache: KvCache | null = null;
  #isDeviceLost = false;

  private constructor(
    private readonly runtime: Runtime,
    private readonly session: OrtSession,
    readonly sizes: DecoderSizes,
    readonly activations: 'float32' | 'float16',
    private readonly memoryBudgetBytes: number,
  ) {
    void runtime.gpuDevice?.lost.then(() => (this.#isDeviceLost = true));
  }

  /** Compiles the graph. Keys and values stay on the GPU where there is one. */
  static async create(
    runtime: Runtime,
    graph: DecoderGraph,
    { memoryBudgetBytes = usualMemoryBudget }: SessionOptions = {},
  ): Promise<DecoderSession> {
    const onGpu = Object.fromEntries(
      cacheNames(graph.sizes, 'present').map((name) => [name, 'gpu-buffer' as const]),
    );
    const creating = runtime.ort.InferenceSession.create(graph.bytes, {
      logSeverityLevel: 3,
      ...runtime.sessionOptions,
      ...(graph.externalData && { externalData: graph.externalData }),
      ...(runtime.gpuDevice && { preferredOutputLocation: { ...onGpu, hidden_states: 'gpu-buffer' } }),
    });
    const session = await creating.catch((cause: unknown) => {
      throw sessionError('could not be opened', cause);
    });
    return new DecoderSession(runtime, session, graph.sizes, graph.format.activations, memoryBudgetBytes);
  }

  /** On WebGPU attention over a whole tree is cheap and each pass is dear; a processor wants it the other way. */
  get prefersLargePasses(): boolean {
    return this.runtime.gpuDevice !== undefined;
  }

  /** How many leading tokens of `text` a call would take from the cache; the last one is always run again. */
  reusableTokens(text: readonly number[]): number {
    const cached = this.#cache?.tokens ?? [];
    const limit = Math.min(cached.length, text.length - 1);
    let length = 0;
    while (length < limit && cached[length] === text[length]) length++;
    return length;
  }

  /**
   * Reads `text` (at least one token) and the continuations in `forest`, keeps the text in the cache, and answers
   * the picks. A pick's row is an index into the whole text, or `text.length + node`; it must be a row that this
   * call runs, as every row from `reusableTokens(text)` on is.
   */
  async forward(
    text: readonly number[],
    forest: TokenForest,
    picks: readonly TokenPick[],
    signal?: AbortSignal,
  ): Promise<ForwardResult> {
    throwIfAborted(signal);
    const reusedTokens = this.reusableTokens(text);
    const shifted = picks.map(({ row, token }) => ({ row: row - reusedTokens, token }));
    return this.#forward(text, reusedTokens, { forest, picks: shifted }, { signal });
  }

  /** A whole text and continuations of it, with the final hidden states of the picks' rows, in the order they are first picked. */
  async forwardWithStates(
    text: readonly number[],
    forest: TokenForest,
    picks: readonly TokenPick[],
    signal?: AbortSignal,
  ): Promise<ForwardResult & { headStates: Float32Array }> {
    throwIfAborted(signal);
    this.forget();
    return this.#forward(text, 0, { forest, picks }, { signal, needsStates: true });
  }

  /**
   * More continuations of the text that the last call read; a pick's row is a node. Only the text up to the furthest anchor
   * is looked at.
   */
  async forwardMore(
    text: readonly number[],
    forest: TokenForest,
    picks: readonly TokenPick[],
    signal?: AbortSignal,
  ): Promise<ForwardResult> {
    throwIfAborted(signal);
    if (this.#cache?.source !== text)
      throw new AppError('internal', 'The text in the cache is not the one that is being continued.');
    const seen = forest.anchors.reduce((most, anchor) => Math.max(most, anchor), 0);
    return this.#forward(text.slice(0, seen), seen, { forest, picks }, { signal });
  }

  /**
   * Final hidden states `[rows, hiddenSize]` after the given rows of `text`, in ascending order: what the model knows where
   * each of them is about to be followed. The text becomes the cached one.
   */
  async hiddenStates(
    text: readonly number[],
    rows: readonly number[],
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    throwIfAborted(signal);
    const reusedTokens = Math.min(this.reusableTokens(text), rows[0] ?? 0);
    // The head runs on the rows that are asked about: one token of each is picked for that.
    const picks = rows.map((row) => ({ row: row - reusedTokens, token: 0 }));
    const none: TokenForest = { tokens: [], parents: [], anchors: [] };
    const question = { forest: none, picks };
    return (await this.#forward(text, reusedTokens, question, { signal, needsStates: true })).headStates;
  }

  /** Empties the cache: the next call runs its whole text, so that any of its rows may be picked. */
  forget(): void {
    this.#replaceCache(null);
  }

  async dispose(): Promise<void> {
    this.#replaceCache(null);
    await this.session.release();
  }

  async #forward(
    text: readonly number[],
    reusedTokens: number,
    { forest, picks }: { forest: TokenForest; picks: readonly TokenPick[] },
    { signal, needsStates = false }: { signal: AbortSignal | undefined; needsStates?: boolean },
  ): Promise<ForwardResult & { headStates: Float32Array }> {
    checkContext(this.sizes, text.length, forest);
    const question = { textLength: text.length, reusedLength: reusedTokens, forest, picks };
    const passes = planPasses(this.sizes, this.memoryBudgetBytes, question);
    const rowPlaces = new Map([...new Set(picks.map(({ row }) => row))].map((row, place) => [row, place]));
    const { hiddenSize } = this.sizes;
    const logProbs = new Float32Array(picks.length);
    const headStates = new Float32Array(needsStates ? rowPlaces.size * hiddenSize : 0);
    for (const planned of passes) {
      throwIfAborted(signal);
      const answer = await this.#pass(text, planned, needsStates);
      planned.owners.forEach((pick, place) => {
        logProbs[pick] = answer.logProbs[place];
        if (!needsStates) return;
        const start = answer.pickRows[place] * hiddenSize;
        const state = answer.headStates.subarray(start, start + hiddenSize);
        headStates.set(state, (rowPlaces.get(picks[pick].row) ?? 0) * hiddenSize);
      });
    }
    return { logProbs, reusedTokens, headStates, passes: passes.length };
  }

  /** Runs one pass and keeps the text that it read. */
  async #pass(
    text: readonly number[],
    { reusedLength, textLength, forest, picks }: PlannedPass,
    needsStates: boolean,
  ): Promise<{ logProbs: Float32Array; headStates: Float32Array; pickRows: readonly number[] }> {
    const read = textLength === text.length ? text : text.slice(0, textLength);
    // The head runs on one row at least: onnxruntime's WebGPU kernels do not take tensors without elements.
    const asked = picks.length > 0 ? picks : [{ row: 0, token: 0 }];
    const pass = decoderPass(this.sizes, read, reusedLength, forest, asked);
    const keeps = reusedLength < textLength;
    const outputs = await this.#run(pass, keeps, needsStates);
    const logProbs = outputs.picked_log_probs.data;
    const headStates = needsStates ? outputs.head_states.data : new Float32Array();
    try {
      if (!(logProbs instanceof Float32Array && headStates instanceof Float32Array))
        throw new AppError('bad-output', 'The answer has the wrong type.');
      if (this.#isDeviceLost) throw deviceLost();
      checkLogProbs(logProbs, pass);
      checkHiddenStates(headStates);
    } catch (error) {
      for (const output of Object.values(outputs)) output.dispose();
      throw error;
    }
    if (keeps)
      this.#replaceCache({ tokens: [...read], source: read, tensors: presentTensors(this.sizes, outputs) });
    return { logProbs, headStates, pickRows: Array.from(pass.pickRows, Number) };
  }

  async #run(pass: DecoderPass, keeps: boolean, needsStates: boolean): Promise<Record<string, OrtTensor>> {
    const fetches = [
      'picked_log_probs',
      ...(needsStates ? ['head_states'] : []),
      ...(keeps ? cacheNames(this.sizes, 'present') : []),
    ];
    try {
      return await this.session.run(this.#feeds(pass), fetches);
    } catch (cause) {
      const { gpuDevice } = this.runtime;
      if (gpuDevice && (await hasLost(gpuDevice))) throw deviceLost(cause);
      const error = sessionError('could not run', cause);
      // The same graph ran when it was chosen: a GPU that cannot run it any more is as good as lost.
      throw gpuDevice && error.code === 'internal' ? deviceLost(cause) : error;
    }
  }

  #feeds(pass: DecoderPass): Record<string, OrtTensor> {
    const rows = pass.inputIds.length;
    return {
      ...Object.fromEntries(this.#cache?.tensors ?? this.#emptyCache()),
      input_ids: this.#int64(pass.inputIds, [1, rows]),
      position_ids: this.#int64(pass.positionIds, [1, rows]),
      attention_bias: new this.runtime.ort.Tensor('float32', pass.attentionBias, [
        1,
        1,
        rows,
        pass.reusedLength + rows,
      ]),
      reused_length: this.#int64(BigInt64Array.of(BigInt(pass.reusedLength))),
      kept_length: this.#int64(BigInt64Array.of(BigInt(pass.keptLength))),
      head_rows: this.#int64(pass.headRows),
      picks: this.#int64(pass.picks),
      pick_rows: this.#int64(pass.pickRows),
    };
  }

  #int64(values: BigInt64Array, dims: readonly number[] = [values.length]): OrtTensor {
    return new this.runtime.ort.Tensor('int64', values, dims);
  }

  /** One row that nothing reads: onnxruntime's WebGPU kernels do not take tensors without elements. */
  #emptyCache(): [string, OrtTensor][] {
    const { Tensor } = this.runtime.ort;
    const { kvHeads, headSize } = this.sizes;
    const dims = [1, kvHeads, 1, headSize];
    const size = kvHeads * headSize;
    return cacheNames(this.sizes, 'past_key_values').map((name) => [
      name,
      this.activations === 'float16'
        ? new Tensor('float16', new Uint16Array(size), dims)
        : new Tensor('float32', new Float32Array(size), dims),
    ]);
  }

  #replaceCache(cache: KvCache | null): void {
    for (const tensor of this.#cache?.tensors.values() ?? []) tensor.dispose();
    this.#cache = cache;
  }
}

function sessionError(what: string, cause: unknown): AppError {
  const message = `The language model ${what}: ${String(cause)}`;
  return outOfMemoryError(cause) ?? new AppError('internal', message, {}, { cause });
}

function deviceLost(cause?: unknown): AppError {
  return new AppError('device-lost', 'The GPU stopped answering.', {}, { cause });
}
