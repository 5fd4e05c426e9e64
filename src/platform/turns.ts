/**
 * Work that must not overlap, in the order in which it was asked for. Before each turn the worker reads the
 * messages that have arrived: a run on the processor blocks it, and an abort must not wait for all runs.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles like `work`, which begins when everything before it has ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(readMessages).then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Resolves in a task of its own, behind those of the messages that are there already. */
export function readMessages(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
