import { describe, expect, it } from 'vitest';
import { type HeldModel, readHeld } from '../../src/weights/index.ts';
import { weightBytes, weightFile } from './weightFixtures.ts';

const content = weightBytes(200_000);

async function heldModel(blob = new Blob([content])): Promise<HeldModel> {
  const file = await weightFile(content);
  return {
    row: {
      id: 'tests/model@1/q8',
      name: 'tests/model',
      revision: '1',
      dtype: 'q8',
      licence: null,
      source: 'hub',
      bytes: file.bytes,
      files: [file],
      installedAt: 1,
      usedAt: null,
      checkedAt: 1,
    },
    files: new Map([[file.path, blob]]),
  };
}

const path = 'onnx/model_q8.onnx';

describe('a file in memory', () => {
  it('is read whole, and says how far it is', async () => {
    const reads: number[] = [];
    const onProgress = (read: number) => reads.push(read);
    expect(await readHeld(await heldModel(), path, { onProgress })).toEqual(content);
    expect(reads).toEqual([...reads].sort((a, b) => a - b));
    expect(reads.at(-1)).toBe(content.length);
  });

  it('stops when it is told to', async () => {
    const reading = readHeld(await heldModel(), path, { signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });

  it('is named where it is another one, too short, or not there', async () => {
    const flipped = Uint8Array.from(content);
    flipped[150_000] ^= 1;
    for (const blob of [new Blob([flipped]), new Blob([content.slice(1)])]) {
      const failure = readHeld(await heldModel(blob), path);
      await expect(failure).rejects.toMatchObject({ code: 'integrity', data: { path } });
    }
    const failure = readHeld(await heldModel(), 'config.json');
    await expect(failure).rejects.toMatchObject({ code: 'integrity', data: { path: 'config.json' } });
  });
});
