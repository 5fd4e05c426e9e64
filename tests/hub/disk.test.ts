import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipSync } from 'fflate';
import {
  BlobTarget,
  type GivenFile,
  exportModel,
  exportName,
  importModel,
  inspectDisk,
} from '../../src/hub/index.ts';
import { InstalledModels, WeightsDatabase } from '../../src/weights/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { flipBit } from '../weights/weightFixtures.ts';
import { SHARD, expectSame, freshDevice } from './hubFixtures.ts';

const repository = exportRepository();
const contents = Object.fromEntries(repository.files.map(({ path, content }) => [path, content]));
const weights = 'onnx/model_q4f16.onnx_data';
let hub: FakeHub;
beforeAll(async () => {
  hub = await FakeHub.start(repository);
});
afterAll(() => hub.close());

const given = (path: string, content: BlobPart): GivenFile => ({
  path,
  file: new File([content], path.split('/').at(-1) ?? path),
});
const folder = (name = 'my-model'): GivenFile[] =>
  repository.files.map(({ path, content }) => given(`${name}/${path}`, content));
const zipOf = (files: Record<string, Uint8Array>, level: 0 | 9 = 0) =>
  given('model.zip', zipSync(files, { level }));

let devices = 0;
function newDevice() {
  const database = new WeightsDatabase(`disk-${devices++}`);
  return { database, installed: new InstalledModels(database) };
}

describe('a model from disk', () => {
  it.each<[string, () => GivenFile[]]>([
    ['a folder', () => folder()],
    ['a folder within others', () => folder('usb/models/my-model')],
    [
      'loose files',
      () => repository.files.map(({ path, content }) => given(path.split('/').at(-1) ?? '', content)),
    ],
    ['an archive', () => [zipOf(contents)]],
    [
      'a compressed archive with a folder in it',
      () => [
        zipOf(
          Object.fromEntries(Object.entries(contents).map(([path, content]) => [`inner/${path}`, content])),
          9,
        ),
      ],
    ],
  ])('comes from %s', async (_, files) => {
    const { database, installed } = newDevice();
    const model = await inspectDisk(files());
    expect(model.variants.map(({ dtype }) => dtype)).toEqual(['q4f16', 'q4', 'fp16']);
    const reports: number[] = [];
    const onProgress = (done: number) => reports.push(done);
    const row = await importModel(model, 'q4f16', database, { shardBytes: SHARD, onProgress });
    expect(row).toMatchObject({ source: 'disk', revision: null, dtype: 'q4f16' });
    const content = await installed.read(
      row,
      row.files.map(({ path }) => path).find((path) => path.endsWith('onnx_data')) ?? '',
    );
    expect(content).toEqual(contents[weights]);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(reports.at(-1)).toBe(2 * row.bytes + 1);
  });

  it('is refused by name where something is missing', async () => {
    const files = folder().filter(({ path }) => !path.endsWith('/tokenizer.json'));
    const failure = inspectDisk(files);
    await expect(failure).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/lacks tokenizer\.json/) as string,
    });
  });

  it('leaves nothing where it is stopped, and what is installed stays', async () => {
    const { database, installed } = newDevice();
    const model = await inspectDisk(folder());
    const kept = await importModel(model, 'q4f16', database, { shardBytes: SHARD });
    const controller = new AbortController();
    const onProgress = (done: number, total: number) => {
      if (done > 0.7 * total) controller.abort();
    };
    for (const dtype of ['q4', 'q4f16'] as const) {
      const options = { shardBytes: SHARD, onProgress, signal: controller.signal };
      await expect(importModel(model, dtype, database, options)).rejects.toMatchObject({ code: 'aborted' });
    }
    expect(await installed.list()).toEqual([kept]);
    expect(await database.downloads.count()).toBe(0);
    expect(await database.files.count()).toBe(kept.files.length);
    expect((await installed.check(kept)).brokenFiles).toEqual([]);
  });
});

describe('an archive is refused', () => {
  const bomb = () => {
    const zeros = { ...contents, 'onnx/model_q4f16.onnx_data': new Uint8Array(30_000_000) };
    return zipOf(zeros, 9);
  };
  it.each<[string, () => GivenFile, RegExp]>([
    [
      'that would leave its folder',
      () => zipOf({ ...contents, '../../evil.json': new Uint8Array(3) }),
      /outside of its folder/,
    ],
    [
      'with an absolute path',
      () => zipOf({ ...contents, '/etc/evil': new Uint8Array(3) }),
      /outside of its folder/,
    ],
    [
      'with a Windows path',
      () => zipOf({ ...contents, 'C:\\evil': new Uint8Array(3) }),
      /outside of its folder/,
    ],
    ['that would burst', bomb, /would unpack to 30 MB/],
    [
      'with too many files',
      () => zipOf(Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`${i}`, new Uint8Array(1)]))),
      /2001 files/,
    ],
    ['that is cut', () => given('model.zip', zipSync(contents).slice(0, -30)), /no complete ZIP/],
    ['that is none', () => given('model.zip', 'hello'), /no complete ZIP/],
  ])('%s', async (_, archive, message) => {
    const failure = inspectDisk([archive()]);
    await expect(failure).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([1, -1])('when an entry unpacks to %i byte more than it says', async (more) => {
    const lie = saying(zipSync(contents, { level: 9 }), 'config.json', contents['config.json'].length - more);
    const { database } = newDevice();
    const failure = inspectDisk([given('model.zip', lie)]).then((m) => importModel(m, 'q4f16', database));
    await expect(failure).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/config.json in it is (damaged|not as long)/) as string,
    });
    for (const table of database.tables) expect(await table.count()).toBe(0);
  });
});

/** The archive with another unpacked size for one of its files, in both places that tell it. */
function saying(archive: Uint8Array, path: string, bytes: number): Uint8Array<ArrayBuffer> {
  const lying = Uint8Array.from(archive);
  const view = new DataView(lying.buffer);
  const latin = new TextDecoder('latin1').decode(lying);
  for (let at = latin.indexOf(path); at !== -1; at = latin.indexOf(path, at + 1)) {
    if (view.getUint32(at - 30, true) === 0x04034b50) view.setUint32(at - 30 + 22, bytes, true);
    if (view.getUint32(at - 46, true) === 0x02014b50) view.setUint32(at - 46 + 24, bytes, true);
  }
  return lying;
}

describe('an exported model', () => {
  async function exported() {
    const { downloads, installed, database } = freshDevice(hub);
    const begun = await downloads.begin(await downloads.inspect(repository.name), 'q4f16');
    const model = await downloads.resume(begun.id);
    const target = new BlobTarget();
    await exportModel(model, installed, target.stream);
    const name = `${exportName(model)}.zip`;
    return { model, installed, database, archive: new File([target.blob], name) };
  }

  it('comes back on another machine as the same model', async () => {
    const { model, archive } = await exported();
    expect(archive.name).toBe('small-export-q4f16.zip');
    const next = newDevice();
    const found = await inspectDisk([{ path: archive.name, file: archive }]);
    expect(found).toMatchObject({ name: repository.name, licence: 'apache-2.0' });
    const row = await importModel(found, 'q4f16', next.database, { shardBytes: SHARD });
    expect(row).toMatchObject({
      id: model.id,
      revision: repository.commit,
      source: 'hub',
      files: model.files,
    });
    await expectSame(next.installed, row, repository);
  });

  it('is refused by name where a byte of it changed', async () => {
    const { archive } = await exported();
    const bytes = new Uint8Array(await archive.arrayBuffer());
    bytes[60_000] ^= 1;
    const found = await inspectDisk([given('model.zip', bytes)]);
    const { database } = newDevice();
    await expect(importModel(found, 'q4f16', database)).rejects.toMatchObject({
      code: expect.stringMatching(/integrity|bad-input/) as string,
      message: expect.stringContaining(weights) as string,
    });
    expect(await database.shards.count()).toBe(0);
  });

  it('is not written where the stored one is damaged', async () => {
    const { model, installed, database } = await exported();
    const file = model.files.find(({ path }) => path === weights);
    if (!file) throw new Error('no weights');
    await flipBit(database, file, 2);
    const target = new BlobTarget();
    await expect(exportModel(model, installed, target.stream)).rejects.toMatchObject({ code: 'integrity' });
  });

  it('is given up where it is stopped in the middle, and the stored one stays', async () => {
    const { model, installed } = await exported();
    const controller = new AbortController();
    let givenUp: unknown = null;
    const target = new WritableStream<Uint8Array>({ abort: (reason) => void (givenUp = reason) });
    const onProgress = (done: number, total: number) => {
      if (done > total / 2) controller.abort();
    };
    await expect(
      exportModel(model, installed, target, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(givenUp).toMatchObject({ code: 'aborted' });
    expect((await installed.check(model)).brokenFiles).toEqual([]);
  });
});
