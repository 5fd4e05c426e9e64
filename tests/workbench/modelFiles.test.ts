import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Store } from '../../src/storage/index.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import { ModelFiles } from '../../src/workbench/languageModels/modelFiles.ts';
import { fillDisk } from '../weights/weightFixtures.ts';

const files = {
  'config.json': Buffer.from('{}'),
  'tokenizer.json': Buffer.from('{"a":1}'),
  'tokenizer_config.json': Buffer.from('{"b":2}'),
  'onnx/model_q8.onnx': Buffer.alloc(3000, 7),
};
const paths = ['tokenizer.json', 'onnx/model_q8.onnx'];

function manifestOf(contents: Record<string, Buffer>, revision: string) {
  return {
    name: 'tiny',
    revision,
    folder: 'onward-tiny',
    files: Object.entries(contents).map(([path, bytes]) => ({
      path,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    variants: [{ id: 'q8', file: 'onnx/model_q8.onnx', activations: 'float32', needsF16: false }],
    tokenizer: 'tokenizer.json',
    tokenizerConfig: 'tokenizer_config.json',
    config: 'config.json',
    template: 'onward-1',
    populations: [],
    figures: {},
  };
}

let server: Server | undefined;
let databases = 0;

/** A host of one model folder below a sub-path; `contents` may be changed while it runs. */
async function host(contents: Record<string, Buffer>, manifest: unknown) {
  const asked: string[] = [];
  const listening = createServer((request, response) => {
    const path = (request.url ?? '').replace('/sub/models/', '');
    asked.push(path);
    if (path === 'manifest.json') response.end(JSON.stringify(manifest));
    else if (path.replace('onward-tiny/', '') in contents)
      response.end(contents[path.replace('onward-tiny/', '')]);
    else response.writeHead(404).end();
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { models: `http://127.0.0.1:${address.port}/sub/models/`, asked, listening };
}

function fresh() {
  const name = `model-files-${databases++}`;
  const weights = new WeightsDatabase(name);
  return { weights, store: new Store(weights, new CareersDatabase(`${name}-careers`), 1000) };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('ModelFiles', () => {
  it('asks the network for the manifest alone on the second visit', async () => {
    const { models, asked } = await host(files, manifestOf(files, '1'));
    const { store } = fresh();
    const visit = async () => {
      const model = new ModelFiles(models, store);
      return model.load(await model.manifest(), paths, () => undefined);
    };
    const first = await visit();
    expect(first).toMatchObject({ bytes: 3007, downloadedBytes: 3007, notKept: null });
    expect(asked).toEqual(['manifest.json', 'onward-tiny/tokenizer.json', 'onward-tiny/onnx/model_q8.onnx']);
    const second = await visit();
    expect(second.downloadedBytes).toBe(0);
    expect(
      Buffer.compare(second.data.get('onnx/model_q8.onnx') ?? Buffer.alloc(0), files['onnx/model_q8.onnx']),
    ).toBe(0);
    expect(asked.slice(3)).toEqual(['manifest.json']);
  });

  it('runs from what is stored where the server is gone', async () => {
    const { models, listening } = await host(files, manifestOf(files, '1'));
    const { store } = fresh();
    const model = new ModelFiles(models, store);
    await model.load(await model.manifest(), paths, () => undefined);
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
    const again = new ModelFiles(models, store);
    const manifest = await again.manifest();
    expect(manifest.revision).toBe('1');
    expect((await again.load(manifest, paths, () => undefined)).downloadedBytes).toBe(0);
    await expect(new ModelFiles(models, fresh().store).manifest()).rejects.toMatchObject({
      code: 'download-failed',
    });
  });

  it('reports progress over all files that only grows and ends at their sum', async () => {
    const { models } = await host(files, manifestOf(files, '1'));
    const { store } = fresh();
    const model = new ModelFiles(models, store);
    const loaded: number[] = [];
    await model.load(await model.manifest(), paths, ({ loadedBytes, totalBytes }) => {
      expect(totalBytes).toBe(3007);
      loaded.push(loadedBytes);
    });
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(loaded.at(-1)).toBe(3007);
  });

  it('replaces an earlier revision and keeps nothing of it', async () => {
    const { store, weights } = fresh();
    const before = await host(files, manifestOf(files, '1'));
    const old = new ModelFiles(before.models, store);
    await old.load(await old.manifest(), paths, () => undefined);
    before.listening.close();
    const newer = { ...files, 'onnx/model_q8.onnx': Buffer.alloc(2000, 9) };
    const { models } = await host(newer, manifestOf(newer, '2'));
    const model = new ModelFiles(models, store);
    const loaded = await model.load(await model.manifest(), paths, () => undefined);
    expect(loaded.downloadedBytes).toBe(2000);
    expect((await weights.files.toArray()).map((file) => file.bytes).sort((a, b) => a - b)).toEqual([
      7, 2000,
    ]);
  });

  it('says that a file is not the one of the manifest', async () => {
    const wrong = { ...files, 'onnx/model_q8.onnx': Buffer.alloc(3000, 8) };
    const { models } = await host(wrong, manifestOf(files, '1'));
    const model = new ModelFiles(models, fresh().store);
    const load = model.load(await model.manifest(), paths, () => undefined);
    await expect(load).rejects.toMatchObject({ code: 'integrity', data: { path: 'onnx/model_q8.onnx' } });
  });

  it('refuses a broken manifest', async () => {
    const { models } = await host(files, { name: 'tiny' });
    await expect(new ModelFiles(models, fresh().store).manifest()).rejects.toMatchObject({
      code: 'integrity',
    });
  });

  it('loads from the network each time where nothing can be kept, and says why', async () => {
    const { models } = await host(files, manifestOf(files, '1'));
    const { store, weights } = fresh();
    fillDisk(weights, 'shards');
    const model = new ModelFiles(models, store);
    for (let visit = 0; visit < 2; visit++) {
      const loaded = await model.load(await model.manifest(), paths, () => undefined);
      expect(loaded.downloadedBytes).toBe(3007);
      expect(loaded.notKept?.code).toBe('quota');
    }
  });
});
