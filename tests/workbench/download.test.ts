import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { downloadJson, downloadsFrom } from '../../src/workbench/languageModels/download.ts';

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const file = { path: 'onnx/model_q8.onnx', bytes: bytes.length, sha256: '' };
const whole = { start: 0, end: bytes.length };
let server: Server | undefined;

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serve(answer: Answer): Promise<{ base: string; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response, ranges.length);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { base: `http://127.0.0.1:${address.port}/sub/path/`, ranges };
}

function range(request: IncomingMessage): [number, number] {
  const match = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? `bytes=0-${bytes.length - 1}`);
  return [Number(match?.[1]), Number(match?.[2]) + 1];
}

function partial(request: IncomingMessage, response: ServerResponse): void {
  const [start, end] = range(request);
  const header = { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` };
  response.writeHead(request.headers.range ? 206 : 200, header).end(bytes.subarray(start, end));
}

async function collect(base: string, wanted = whole, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of downloadsFrom(base, 5)(file, wanted, signal)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('downloadsFrom', () => {
  it('reads a whole file below a sub-path in one plain request', async () => {
    const { base, ranges } = await serve((request, response) => {
      expect(request.url).toBe('/sub/path/onnx/model_q8.onnx');
      partial(request, response);
    });
    expect(Buffer.compare(await collect(base), bytes)).toBe(0);
    expect(ranges).toEqual([undefined]);
  });

  it('asks for a range and gets it', async () => {
    const { base, ranges } = await serve(partial);
    expect(Buffer.compare(await collect(base, { start: 1000, end: 5000 }), bytes.slice(1000, 5000))).toBe(0);
    expect(ranges).toEqual(['bytes=1000-4999']);
  });

  it('cuts the range out where the server sends everything', async () => {
    const { base } = await serve((_, response) => void response.end(bytes));
    expect(
      Buffer.compare(await collect(base, { start: 70_000, end: 150_001 }), bytes.slice(70_000, 150_001)),
    ).toBe(0);
  });

  it('takes up a broken connection at the byte where it stopped', async () => {
    const { base, ranges } = await serve((request, response, count) => {
      if (count > 1) {
        partial(request, response);
        return;
      }
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 80_000), () => setTimeout(() => response.destroy(), 50));
    });
    expect(Buffer.compare(await collect(base), bytes)).toBe(0);
    expect(ranges).toEqual([undefined, 'bytes=80000-199999']);
  });

  it('gives up after three attempts that bring nothing', async () => {
    const { base, ranges } = await serve((_, response) => void response.writeHead(503).end());
    await expect(collect(base)).rejects.toMatchObject({ code: 'download-failed', data: { status: 503 } });
    expect(ranges).toHaveLength(3);
  });

  it.each([
    ['a missing file', 404, 'application/octet-stream'],
    ['a page instead of the file', 200, 'text/html; charset=utf-8'],
  ])('does not ask again for %s', async (_, status, type) => {
    const { base, ranges } = await serve(
      (_request, response) =>
        void response.writeHead(status, { 'Content-Type': type }).end('<!doctype html>'),
    );
    await expect(collect(base)).rejects.toMatchObject({ code: 'download-failed', data: { status } });
    expect(ranges).toHaveLength(1);
  });

  it('stops when asked to, mid-stream', async () => {
    const { base } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 1000));
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(collect(base, whole, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('says which address failed when nobody listens', async () => {
    const failed = collect('http://127.0.0.1:9/');
    const url = 'http://127.0.0.1:9/onnx/model_q8.onnx';
    await expect(failed).rejects.toMatchObject({ code: 'download-failed', data: { url, status: 0 } });
  });
});

describe('downloadJson', () => {
  it('parses', async () => {
    const { base } = await serve((_, response) => void response.end('{"a":1}'));
    expect(await downloadJson(base)).toEqual({ a: 1 });
  });

  it('reports broken JSON as a failed download', async () => {
    const { base } = await serve((_, response) => void response.end('{"a":'));
    await expect(downloadJson(base)).rejects.toMatchObject({ code: 'download-failed' });
  });
});
