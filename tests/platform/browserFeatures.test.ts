import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { unpacked } from '../../src/career/index.ts';
import { findGpuAdapter } from '../../src/lm/gpuDevice.ts';
import { fromFloat16, toFloat16 } from '../../src/onnx/index.ts';
import { sha256 } from '../../src/platform/index.ts';
import { access } from '../../src/weights/access.ts';
import { DeletionNews } from '../../src/storage/deletion.ts';
import { askToPersist } from '../../src/hub/roomCheck.ts';
import { estimateStorage } from '../../src/weights/quota.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { archivePlace } from '../../src/ui/models/fileOnDisk.ts';
import { requestPersistence } from '../../src/ui/state/persistence.ts';
import { leasedRuns, leaseRun } from '../../src/workbench/runs/runLease.ts';
import { holdLock, whenLockIsFree } from '../../src/worker/workerLock.ts';

afterEach(() => vi.unstubAllGlobals());

/** What a browser may lack, and what the app does then. Firefox and Safari lack some; pages that are not secure, and private windows, others. */
const without: readonly [
  feature: string,
  globals: Record<string, unknown>,
  done: string,
  check: () => Promise<void>,
][] = [
  [
    'navigator.gpu (Firefox ESR, older Safari)',
    { navigator: {} },
    'the reason is said, the processor is used',
    async () => {
      expect(await findGpuAdapter()).toBe('this browser has no WebGPU');
    },
  ],
  [
    'a graphics device',
    { navigator: { gpu: { requestAdapter: () => Promise.resolve(null) } } },
    'the reason is said',
    async () => {
      expect(await findGpuAdapter()).toBe('the browser offers no graphics device');
    },
  ],
  [
    'a working WebGPU',
    { navigator: { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } } },
    'the reason is said',
    async () => {
      expect(await findGpuAdapter()).toContain('blocked');
    },
  ],
  [
    'showSaveFilePicker (Firefox, Safari)',
    { showSaveFilePicker: undefined },
    'an archive goes to the downloads',
    async () => {
      expect(await archivePlace('model.zip')).toBe('downloads');
    },
  ],
  [
    'navigator.locks (Safari below 15.4)',
    { navigator: {} },
    'pings tell whether a worker lives, and a run is opened',
    async () => {
      await holdLock('x');
      const onFree = vi.fn();
      whenLockIsFree('x', new AbortController().signal, onFree);
      await (
        await leaseRun('run')
      )();
      expect(await leasedRuns()).toEqual(new Set());
      expect(onFree).not.toHaveBeenCalled();
    },
  ],
  [
    'navigator.storage (no secure context)',
    { navigator: {} },
    'no figures are told, no promise asked for',
    async () => {
      expect(await estimateStorage()).toBeNull();
      expect(await requestPersistence()).toBe(false);
    },
  ],
  [
    'storage.estimate (Safari below 17)',
    { navigator: { storage: {} } },
    'no figures are told',
    async () => {
      expect(await estimateStorage()).toBeNull();
      expect(await requestPersistence()).toBe(false);
    },
  ],
  [
    'storage.persisted',
    { navigator: { storage: { estimate: () => Promise.resolve({ usage: 1, quota: 2 }) } } },
    'figures are told',
    async () => {
      expect(await estimateStorage()).toEqual({ usage: 1, quota: 2, isPersisted: false });
    },
  ],
  [
    'an answer of storage.persist (Firefox, until the person has answered)',
    {
      navigator: {
        storage: { persisted: () => Promise.resolve(false), persist: () => new Promise(() => undefined) },
      },
    },
    'nothing waits for it, and there is no promise',
    async () => {
      expect(await requestPersistence(10)).toBe(false);
      expect(askToPersist).not.toThrow();
    },
  ],
  [
    'BroadcastChannel',
    { BroadcastChannel: undefined },
    'a tab knows of its own deletions',
    () => {
      const news = new DeletionNews();
      news.tell('run');
      expect(news.includes('run')).toBe(true);
      news.close();
      return Promise.resolve();
    },
  ],
  [
    'indexedDB (private windows)',
    { indexedDB: undefined },
    'a plain sentence',
    async () => {
      const database = new CareersDatabase('absent');
      await expect(access(database, () => database.careers.count())).rejects.toMatchObject({
        code: 'storage',
        message: 'This browser does not let the page store anything',
      });
    },
  ],
  [
    'crypto.subtle (no secure context)',
    { crypto: {} },
    'a plain sentence',
    async () => {
      await expect(sha256(new Uint8Array())).rejects.toMatchObject({ code: 'unsupported' });
    },
  ],
  [
    'Float16Array (Firefox below 129, Safari below 18.2)',
    { Float16Array: undefined },
    'halves are converted by hand',
    () => {
      expect([...fromFloat16(toFloat16(Float32Array.of(0.5, -2)))]).toEqual([0.5, -2]);
      return Promise.resolve();
    },
  ],
];

describe('a browser without', () => {
  it.each(without)('%s', async (_feature, globals, _done, check) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    await check();
  });

  it('asynchronous iteration of streams (Safari) unpacks files, too', async () => {
    const iterate = Object.getOwnPropertyDescriptor(ReadableStream.prototype, Symbol.asyncIterator);
    Reflect.deleteProperty(ReadableStream.prototype, Symbol.asyncIterator);
    try {
      const content = await unpacked(new Uint8Array(gzipSync('person_id,year\n')));
      expect(new TextDecoder().decode(content)).toBe('person_id,year\n');
    } finally {
      if (iterate) Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, iterate);
    }
  });
});

describe('the source', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('lab'))
    .map((path) => ({ path, text: readFileSync(`src/${path}`, 'utf8') }));
  const using = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('runs nothing that a file holds: no markup or XML is parsed, no text becomes code', () => {
    expect(
      using(
        /\b(?:DOMParser|XMLHttpRequest|parseFromString|innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write)\b|\beval\(|new Function\(|\{@html/,
      ),
    ).toEqual([]);
  });

  it('uses nothing that only Chromium has, but for one that it asks for first', () => {
    expect(
      using(
        /\b(?:showSaveFilePicker|requestIdleCallback|scheduler\.(?:postTask|yield)|navigator\.userAgentData|queryLocalFonts|performance\.memory)\b/,
      ),
    ).toEqual(['ui/models/fileOnDisk.ts']);
  });
});
