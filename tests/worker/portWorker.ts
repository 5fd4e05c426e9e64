import { expose } from 'comlink';
import { type Powers, scriptedHost } from './scriptedHost.ts';

type HostOfLife = (life: number, powers: Powers) => object;

/** A scripted worker in this thread behind a real message channel: for the supervision's logic, without a browser. */
class PortWorker extends EventTarget implements Worker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  readonly #page: MessagePort;
  readonly #inside: MessagePort;

  constructor(life: number, host: HostOfLife) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#page = port1;
    this.#inside = port2;
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
      this.dispatchEvent(new MessageEvent('message', { data })),
    );
    port1.start();
    const crash = () => this.dispatchEvent(Object.assign(new Event('error'), { message: 'boom' }));
    const end = () => this.terminate();
    expose(host(life, { die: end, crash, block: end, holdLock: () => Promise.resolve() }), port2);
  }

  postMessage(message: unknown, transfer?: Transferable[] | StructuredSerializeOptions): void {
    this.#page.postMessage(message, Array.isArray(transfer) ? transfer : (transfer?.transfer ?? []));
  }

  terminate(): void {
    this.#page.close();
    this.#inside.close();
  }
}

/** Begins workers that know their life's number, from 1. */
export function portWorkers(host: HostOfLife = scriptedHost): { spawn: () => Worker; lives: () => number } {
  let lives = 0;
  return { spawn: () => new PortWorker(++lives, host), lives: () => lives };
}
