/**
 * What a person had deleted in one tab must not be written again by another one that was still at work; what a browser
 * cleared, or somebody by hand, may be. So whoever deletes says so to the other tabs.
 */
const channelName = 'onward-deletion';

/** In place of an id: all that there is. */
export const everything = 'everything';

/** Hears of deletions from the moment it is made. Where a browser has no channels, only of those in this tab. */
export class DeletionNews {
  readonly #deleted = new Set<string>();
  readonly #channel = openChannel();

  constructor() {
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<string>) => this.#deleted.add(data));
  }

  /** Whether the person had this deleted, or everything. */
  includes(id: string): boolean {
    return this.#deleted.has(id) || this.#deleted.has(everything);
  }

  /** Tells all tabs, and this one. */
  tell(id: string): void {
    this.#deleted.add(id);
    this.#channel?.postMessage(id);
  }

  /** Something new is about to be kept: it is not among what was deleted before. */
  forget(): void {
    this.#deleted.clear();
  }

  close(): void {
    this.#channel?.close();
  }
}

function openChannel(): BroadcastChannel | null {
  if (typeof BroadcastChannel === 'undefined') return null;
  const channel = new BroadcastChannel(channelName);
  // Node would wait for messages for ever; browsers have no such method.
  (channel as { unref?: () => void }).unref?.();
  return channel;
}
