import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, connectLearning } from '../../src/worker/index.ts';
import recorded from '../fixtures/backups/before-the-house.json';
import backup from '../fixtures/backups/before-the-house.zip?url';

const models = `${location.origin}/models/`;
const worker = connect({ models });
const learning = connectLearning({ models, preference: 'wasm' });

beforeAll(async () => {
  await worker.importBackup(await (await fetch(backup)).blob(), 'keep-both');
});

afterAll(async () => {
  learning.close();
  await worker.deleteEverything();
  worker.close();
});

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Which form of the language model a head reads is decided by the clock, and each form rounds in its own way. */
const runs = recorded.runs.filter(({ kind }) => kind !== 'head');

it.each(runs)(
  'the worker that trains goes on with $name of an earlier backup to the same bytes',
  async ({ name, weights }) => {
    const run = (await learning.listRuns()).find((each) => each.name === name);
    const ended = await learning.trainRun(run?.id ?? '', () => undefined);
    expect(ended).toMatchObject({ phase: 'finished', reason: null });
    const files = await learning.exportAdapter(ended.id);
    for (const [file, hash] of Object.entries(weights)) {
      const content = files.find((each) => each.name === file)?.content ?? new Uint8Array();
      expect(await sha256(content), file).toBe(hash);
    }
  },
  120_000,
);
