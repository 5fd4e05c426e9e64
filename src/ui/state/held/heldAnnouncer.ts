import type { HeldModel } from '../../../weights/index.ts';
import { type HeldAnnouncement, heldChannelName } from './heldChannel.ts';

/** For pages that are opened later. Browsers may hold a tab that has been hidden for minutes to once a minute. */
const REPEATED_EVERY_MS = 2_000;

/** The Models page's end of the channel: it says what this tab holds, and hears nothing. */
export class HeldAnnouncer {
  readonly #tab = crypto.randomUUID();
  readonly #channel = new BroadcastChannel(heldChannelName);
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Says it at once, then again and again; that there is nothing, once. The blobs are to be those of `sharedModel`. */
  announce(models: readonly HeldModel[]): void {
    clearInterval(this.#timer);
    const say = () => this.#channel.postMessage({ tab: this.#tab, models } satisfies HeldAnnouncement);
    say();
    if (models.length > 0) this.#timer = setInterval(say, REPEATED_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#channel.close();
  }
}
