import { wrap } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { tinyShape, uniform } from '../../fixtures/randomLlama.ts';
import { wordTokenizedTitles } from '../../fixtures/wordTokens.ts';
import type { LmScenarios } from '../lm.worker.ts';

const shape = { ...tinyShape, vocabSize: 1024 };
const titles = wordTokenizedTitles(shape.vocabSize);
const next = uniform(17);
const prompt = Array.from({ length: 40 }, () => Math.floor(next() * shape.vocabSize));

/** Software shaders compile for seconds on a busy machine. */
const patience = 120_000;

const workers: Worker[] = [];
function lm() {
  const worker = new Worker(new URL('../lm.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return wrap<LmScenarios>(worker);
}
afterEach(() => workers.splice(0).forEach((worker) => worker.terminate()));

describe('a graphics device', () => {
  it(
    'that is destroyed in the middle of a call is reported as lost, and answers nothing',
    async () => {
      expect(await lm().failDuring('destroyed', shape, prompt, titles)).toBe('device-lost');
    },
    patience,
  );

  it(
    'that has no more room for buffers is reported, and answers nothing',
    async () => {
      expect(await lm().failDuring('full', shape, prompt, titles)).toMatch(
        /^(out-of-memory|device-lost|bad-output)$/,
      );
    },
    patience,
  );
});
