import type { EngineName } from './head.worker.ts';
import type { StepsDone } from './plainHead.ts';

/** Opens an engine in a worker of its own; what it returns does steps there. */
async function openEngine(name: EngineName, threads: number): Promise<(steps: number) => Promise<StepsDone>> {
  const worker = new Worker(new URL('./head.worker.ts', import.meta.url), { type: 'module' });
  const ask = <Answer>(message: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data), { once: true });
      worker.addEventListener('error', ({ message: why }) => reject(new Error(`${name}: ${why}`)), {
        once: true,
      });
      worker.postMessage(message);
    });
  await ask({ name, threads });
  return (steps) => ask<StepsDone>(steps);
}

const engines = new Map<EngineName, (steps: number) => Promise<StepsDone>>();

/** What the bench asks of the page. */
const bench = {
  async open(name: EngineName, threads: number): Promise<void> {
    engines.set(name, await openEngine(name, threads));
  },
  steps(name: EngineName, steps: number): Promise<StepsDone> {
    const engine = engines.get(name);
    if (!engine) throw new Error(`${name} is not open.`);
    return engine(steps);
  },
};
export type HeadBench = typeof bench;
(globalThis as { headBench?: HeadBench }).headBench = bench;
