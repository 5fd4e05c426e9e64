import { proxy, wrap } from 'comlink';
import type { CallEvent, SupervisedHost } from './wire.ts';
import { whenLockIsFree } from './workerLock.ts';

/** Time limits of the supervision, in milliseconds. */
export interface SupervisionTiming {
  /** From `new Worker` to its first answer: the script's download and evaluation. */
  helloLimitMs: number;
  /** A worker with work to do is asked for a sign of life this often. */
  pingIntervalMs: number;
  /** Intervals in a row without any message before a worker counts as stuck. Not a clock: laptops sleep. */
  silentIntervals: number;
  /** How long an aborted call may go on in the worker before the worker is ended. */
  abortGraceMs: number;
}

/**
 * Generous where a slow machine may be at honest work: one WASM run blocks the worker's message loop, and the
 * first compilation of GPU shaders was measured at 71 s on a software adapter.
 */
export const defaultTiming: SupervisionTiming = {
  helloLimitMs: 60_000,
  pingIntervalMs: 10_000,
  silentIntervals: 18,
  abortGraceMs: 30_000,
};

/**
 * One worker from its start to its end. `onDeath` is called once, however it dies: an error event, a script that
 * does not load, a process that the system kills (seen through a Web Lock that the worker holds as long
 * as it lives), or silence. Comlink's own promises hang then (comlink#601): never await them alone.
 */
export class WorkerLife<Host extends SupervisedHost<Event>, Event extends CallEvent> {
  readonly host: Host;
  /** Resolves when the worker answers, or has died of its first words; never rejects. */
  readonly hello: Promise<void>;
  readonly #worker: Worker;
  readonly #ending = new AbortController();
  #silence = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  /** Throws what `new Worker` throws. */
  constructor(
    spawn: () => Worker,
    private readonly timing: SupervisionTiming,
    onEvent: (event: Event) => void,
    private readonly onDeath: (reason: string) => void,
  ) {
    this.#worker = spawn();
    this.#worker.addEventListener('message', () => this.#heard());
    this.#worker.addEventListener('error', (event) => {
      // The page's own log need not hear it again.
      event.preventDefault?.();
      this.#die(event.message ? `it failed (${event.message})` : 'its script did not load');
    });
    this.#worker.addEventListener('messageerror', () => this.#die('a message could not be read'));
    // Asynchronous methods of what can be cloned have the same types on both sides.
    this.host = wrap<Host>(this.#worker) as unknown as Host;
    this.hello = this.#greet((event) => {
      this.#heard();
      onEvent(event);
    });
  }

  get hasEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Whether the worker has work to do, so that its silence means something. */
  set isWorking(isWorking: boolean) {
    if (isWorking === (this.#watch !== undefined) || this.hasEnded) return;
    clearInterval(this.#watch);
    this.#silence = 0;
    this.#watch = isWorking ? setInterval(() => this.#listen(), this.timing.pingIntervalMs) : undefined;
  }

  /** Ends the worker; `onDeath` is not called. */
  end(): void {
    clearInterval(this.#watch);
    this.#ending.abort();
    this.#worker.terminate();
  }

  async #greet(onEvent: (event: Event) => void): Promise<void> {
    const lockName = `onward-worker-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
    const limit = setTimeout(() => this.#die('it did not begin to answer'), this.timing.helloLimitMs);
    try {
      await this.host.hello(lockName, proxy(onEvent));
    } catch (error) {
      this.#die(`it could not begin (${error instanceof Error ? error.message : String(error)})`);
    } finally {
      clearTimeout(limit);
    }
    whenLockIsFree(lockName, this.#ending.signal, () => this.#die('the browser ended it'));
  }

  #heard(): void {
    this.#silence = 0;
  }

  #listen(): void {
    this.#silence++;
    if (this.#silence > this.timing.silentIntervals) this.#die('it stopped answering');
    else void this.host.ping();
  }

  #die(reason: string): void {
    if (this.hasEnded) return;
    this.end();
    this.onDeath(reason);
  }
}
