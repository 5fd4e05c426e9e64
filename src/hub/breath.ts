/** Bytes worked on in one go: some milliseconds, after which the page may answer to the person. */
export const SLICE_BYTES = 2 ** 20;

/** Lets the page run what waits. A message comes at once where a timer in a hidden tab waits for a second. */
export function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
