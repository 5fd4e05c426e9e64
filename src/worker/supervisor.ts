import { abortError, AppError, asAppError } from '../platform/index.ts';
import type { ModelReport } from '../predictors/language/index.ts';
import type { WorkerStatus } from './contract.ts';
import { PendingCall, type Send } from './pendingCall.ts';
import type { CallEvent, SupervisedHost } from './wire.ts';
import { type SupervisionTiming, WorkerLife } from './workerLife.ts';

/** Restarts in a row, with no call answered in between, after which the next call has to ask for one. */
const MAX_RESTARTS = 3;

/** Calls are put to a new worker once after a death, twice after a lost device (the second time on another device). */
const MAX_RETRIES = { death: 1, device: 2 };

export interface CallOptions<Event> {
  signal?: AbortSignal | undefined;
  onEvent?: (event: Event) => void;
  /** Events after which the next worker goes on where this one was: deaths before them do not count any more. */
  isProgress?: (event: Event) => boolean;
  /** Whether the call waits until a restarted worker has its model back. */
  needsModel: boolean;
}

/**
 * Brings a worker to where its predecessor was: loads the model; null where it has none to report. `deviceLosses` in a
 * row say how far the device is to be trusted.
 */
export type LoadModel<Host> = (deviceLosses: number) => Send<Host, ModelReport | null>;

/**
 * Keeps one worker alive and every call's promise: a call is answered, or rejected with an `AppError`, within
 * bounded time. A worker that dies, hangs or loses its device is replaced; the model is loaded again and the
 * calls that waited are put to the new worker.
 */
export class Supervisor<Host extends SupervisedHost<Event>, Event extends CallEvent> {
  #life: WorkerLife<Host, Event> | null = null;
  /** Resolves when the present worker has its model; never rejects. */
  #modelReady: Promise<void> = Promise.resolve();
  #loadModel: LoadModel<Host> | null = null;
  /** The call by which the present worker loads the kept model again, while it does. */
  #reloadId: number | null = null;
  /** Whether the page was told of trouble and not yet of its end. */
  #isTroubled = false;
  readonly #waiting = new Map<number, PendingCall<Host, Event, unknown>>();
  /** Calls that the present worker has, aborted ones too. */
  readonly #sent = new Map<number, PendingCall<Host, Event, unknown>>();
  #nextId = 0;
  #restarts = 0;
  #deviceLosses = 0;
  #isClosed = false;

  constructor(
    private readonly spawn: () => Worker,
    private readonly timing: SupervisionTiming,
    private readonly onStatus: (status: WorkerStatus) => void,
  ) {}

  /** Puts a call to the worker. `answer` rejects with `aborted` as soon as the signal comes. */
  call<T>(
    send: Send<Host, T>,
    { signal, onEvent = () => undefined, isProgress = () => false, needsModel }: CallOptions<Event>,
  ): PendingCall<Host, Event, T> {
    const onAnyEvent = (event: Event) => {
      if (isProgress(event)) this.#restarts = pending.retries = 0;
      onEvent(event);
    };
    const pending = new PendingCall<Host, Event, T>(this.#nextId++, needsModel, send, onAnyEvent);
    if (this.#isClosed || signal?.aborted) {
      pending.reject(signal?.aborted ? abortError(signal) : closedError());
      pending.settle();
      return pending;
    }
    this.#waiting.set(pending.id, pending);
    if (signal) {
      const onAbort = () => this.#abort(pending, abortError(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      void pending.settled.then(() => signal.removeEventListener('abort', onAbort));
    }
    void this.#send(pending);
    return pending;
  }

  /** From now on a new worker loads this model before it takes calls that need one. */
  keepModel(loadModel: LoadModel<Host>): void {
    this.#loadModel = loadModel;
  }

  /** Ends a worker that has, or is loading, a model; its calls that need the model reject with `aborted`. */
  dropModel(): void {
    this.#loadModel = null;
    for (const pending of [...this.#waiting.values()]) {
      if (pending.needsModel) this.#abort(pending, new AppError('aborted', 'Another model is being loaded'));
    }
    this.#life?.end();
    this.#leaveLife();
    for (const pending of this.#waiting.values()) void this.#send(pending);
  }

  close(): void {
    this.#isClosed = true;
    for (const pending of [...this.#waiting.values()]) this.#abort(pending, closedError());
    this.#life?.end();
    this.#leaveLife();
  }

  async #send(pending: PendingCall<Host, Event, unknown>): Promise<void> {
    const life = this.#life ?? this.#begin();
    if (!life) return;
    await (pending.needsModel ? this.#modelReady : life.hello);
    if (life !== this.#life || !this.#waiting.has(pending.id)) return;
    this.#sent.set(pending.id, pending);
    this.#watch(life);
    const error = await pending.attempt(life.host);
    if (life !== this.#life) return;
    this.#sent.delete(pending.id);
    this.#watch(life);
    const isAborted = !this.#waiting.has(pending.id);
    if (error && !isAborted && isDeviceFailure(error)) this.#deviceFailed(life, pending, error);
    else this.#finish(pending, error);
  }

  #finish(pending: PendingCall<Host, Event, unknown>, error: AppError | null): void {
    this.#waiting.delete(pending.id);
    if (error) {
      pending.reject(error);
    } else if (pending.needsModel || !this.#loadModel) {
      this.#restarts = 0;
      this.#deviceLosses = 0;
    }
    pending.settle();
  }

  #abort(pending: PendingCall<Host, Event, unknown>, error: AppError): void {
    if (!this.#waiting.delete(pending.id)) return;
    pending.reject(error);
    const life = this.#life;
    if (!life || !this.#sent.has(pending.id)) {
      pending.settle();
      return;
    }
    void life.host.abort(pending.id);
    pending.expectEnd(this.timing.abortGraceMs, () => {
      if (life === this.#life) this.#replace(life, 'it did not stop when asked to');
    });
  }

  #begin(): WorkerLife<Host, Event> | null {
    try {
      const deliver = (event: Event) => this.#deliver(event);
      const onDeath = (reason: string) => this.#died(life, reason);
      const life = new WorkerLife<Host, Event>(this.spawn, this.timing, deliver, onDeath);
      this.#life = life;
      this.#modelReady = this.#reload(life);
      return life;
    } catch (error) {
      this.#giveUp(asAppError(error));
      return null;
    }
  }

  /** Loads the kept model in a new worker; resolves when calls that need it may come. */
  async #reload(life: WorkerLife<Host, Event>): Promise<void> {
    await life.hello;
    if (life !== this.#life) return;
    if (!this.#loadModel) {
      this.#recovered(null);
      return;
    }
    this.#reloadId = this.#nextId++;
    this.#watch(life);
    try {
      const report = await this.#loadModel(this.#deviceLosses)(life.host, this.#reloadId);
      if (life === this.#life) this.#recovered(report);
    } catch (error) {
      if (life === this.#life) this.#giveUp(asAppError(error));
    }
  }

  /** Silence means something only while there is work. */
  #watch(life: WorkerLife<Host, Event>): void {
    life.isWorking = this.#sent.size > 0 || this.#reloadId !== null;
  }

  #deliver(event: Event): void {
    this.#waiting.get(event.callId)?.onEvent(event);
    if (event.callId !== this.#reloadId || !event.progress) return;
    const message = 'Loading the model again from this device';
    this.onStatus({ phase: 'reloading', message, progress: event.progress });
  }

  #died(life: WorkerLife<Host, Event>, reason: string): void {
    if (life !== this.#life) return;
    const message = `The calculation stopped unexpectedly: ${reason}`;
    for (const pending of [...this.#sent.values()]) {
      if (++pending.retries > MAX_RETRIES.death) this.#finish(pending, new AppError('worker-died', message));
    }
    this.#replaceWith(message);
  }

  #deviceFailed(
    life: WorkerLife<Host, Event>,
    pending: PendingCall<Host, Event, unknown>,
    error: AppError,
  ): void {
    this.#deviceLosses++;
    if (++pending.retries > MAX_RETRIES.device) this.#finish(pending, error);
    this.#replace(life, error.message);
  }

  #replace(life: WorkerLife<Host, Event>, reason: string): void {
    life.end();
    this.#replaceWith(`The calculation had to be stopped: ${reason}`);
  }

  /** The worker is gone: begins another one for the calls that wait and the model that was loaded. */
  #replaceWith(message: string): void {
    this.#leaveLife();
    if (this.#waiting.size === 0 && !this.#loadModel) return;
    if (++this.#restarts > MAX_RESTARTS) {
      this.#giveUp(new AppError('worker-died', message));
      return;
    }
    this.#isTroubled = true;
    this.onStatus({ phase: 'restarting', message, waitingCalls: this.#waiting.size });
    if (!this.#begin()) return;
    for (const pending of this.#waiting.values()) void this.#send(pending);
  }

  #recovered(report: ModelReport | null): void {
    this.#reloadId = null;
    if (this.#life) this.#watch(this.#life);
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.onStatus({ phase: 'recovered', message: 'Everything is running again', report });
  }

  /** Stops trying: every call that waits rejects, and the next one begins anew. */
  #giveUp(error: AppError): void {
    this.#life?.end();
    this.#leaveLife();
    this.#restarts = 0;
    this.#isTroubled = true;
    const message = `The calculation could not be started again: ${error.message}`;
    this.onStatus({ phase: 'failed', message, code: error.code });
    for (const pending of [...this.#waiting.values()]) {
      this.#finish(pending, new AppError('worker-died', message, {}, { cause: error }));
    }
  }

  /** Forgets the present worker. Aborted calls that it still had are over now. */
  #leaveLife(): void {
    this.#life = null;
    this.#reloadId = null;
    for (const pending of this.#sent.values()) {
      if (!this.#waiting.has(pending.id)) pending.settle();
    }
    this.#sent.clear();
  }
}

function isDeviceFailure(error: AppError): boolean {
  return ['device-lost', 'bad-output', 'out-of-memory'].includes(error.code);
}

function closedError(): AppError {
  return new AppError('aborted', 'The page has let go of its worker');
}
