import type { RunRow } from '../../storage/index.ts';
import type { RunEvent } from './runContract.ts';
import type { ActiveRun } from './activeRun.ts';
import { leaseRun } from './runLease.ts';

type Tell = (event: RunEvent) => void;
export type Prepare = (row: RunRow, tell: Tell, signal: AbortSignal) => Promise<ActiveRun>;

/** The run that this worker has in its hands: leased and prepared when it is first needed, then trained. */
export class OpenRun {
  #active: ActiveRun | null = null;
  #cancel = new AbortController();
  #giveBack: (() => Promise<void>) | null = null;
  /** The work in progress; it never rejects. */
  #work: Promise<unknown> | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    private unprepared: RunRow,
    private readonly prepare: Prepare,
  ) {}

  get row(): RunRow {
    return this.#active?.status.row ?? this.unprepared;
  }

  /** Whether it is being prepared or trained. */
  get isBusy(): boolean {
    return this.#work !== null;
  }

  /** Null until it has been prepared. */
  get active(): ActiveRun | null {
    return this.#active;
  }

  /** Prepares it, where that is still to be done, and trains. Asked to stand while it is prepared, it is not trained. */
  train(tell: Tell, steps?: number): Promise<void> {
    return this.#busy(async (cancelled) => {
      const active = await this.#prepared(tell, cancelled);
      await active?.train(tell, steps);
    });
  }

  /** Resolves when it stands; a failure is the training call's to tell. */
  async pause(): Promise<void> {
    this.#cancel.abort();
    await this.#active?.pause();
    await this.#work;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    if (this.#active) {
      await this.#active.stop();
      await this.#work;
      return;
    }
    await this.pause();
    await this.#busy(async (cancelled) => {
      const active = await this.#prepared(() => undefined, cancelled);
      await active?.stop();
    });
  }

  describe(words: { name?: string; notes?: string }): void {
    this.unprepared = { ...this.unprepared, ...words };
    this.#active?.describe(words);
  }

  /** Makes sure that no other tab has it. Throws `in-use`. */
  async lease(): Promise<void> {
    this.#giveBack ??= await leaseRun(this.unprepared.id);
  }

  /** However often it is called. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.pause();
    this.#active?.dispose();
    await this.#giveBack?.();
  }

  /** Null where it was cancelled. */
  async #prepared(tell: Tell, cancelled: AbortSignal): Promise<ActiveRun | null> {
    try {
      await this.lease();
      this.#active ??= await this.prepare(this.unprepared, tell, cancelled);
    } catch (error) {
      if (!cancelled.aborted) throw error;
    }
    return cancelled.aborted ? null : this.#active;
  }

  async #busy(work: (cancelled: AbortSignal) => Promise<void>): Promise<void> {
    this.#cancel = new AbortController();
    const working = work(this.#cancel.signal);
    const settled = working.catch(() => undefined).then(() => (this.#work = null));
    this.#work = settled;
    await settled;
    await working;
  }
}
