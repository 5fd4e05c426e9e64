import { connectLearning } from '../../../src/worker/index.ts';

/** Trains on invented people in the app's own worker and stands, for `look`, at every hundredth step. */
async function trainInHundreds(kind: string, steps: number): Promise<void> {
  const learning = connectLearning({ models: `${location.origin}/models/`, preference: 'wasm' });
  const panel = await learning.addPanel({
    name: 'Invented',
    origin: { kind: 'synthetic', people: 400, seed: 1, occupations: 40 },
    split: { seed: 1 },
  });
  const settings = { ...(await learning.defaultSettings(kind, panel.id)), epochs: steps, patience: steps };
  const { id } = await learning.createRun({ panel: panel.id, name: kind, settings });
  for (let step = 100; step <= steps; step += 100) {
    await learning.trainRun(id, () => undefined, { steps: 100 });
    await (globalThis as unknown as { look: (step: number) => Promise<void> }).look(step);
  }
  learning.close();
}

const bench = { trainInHundreds };
export type MemoryBench = typeof bench;
(globalThis as { memoryBench?: MemoryBench }).memoryBench = bench;
