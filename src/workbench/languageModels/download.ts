import { AppError, abortError, isAbort, throwIfAborted } from '../../platform/index.ts';
import { buildFile } from '../../shell/index.ts';
import type { ByteRange, WeightSource } from '../../weights/index.ts';

/** Failed requests in a row, without a byte in between, after which a download counts as failed. */
const ATTEMPTS = 3;
const PAUSE_MS = 400;

/**
 * The files beside `base` (an absolute address that ends with a slash) as a source of weights. A connection that breaks is taken up
 * again at the byte where it stopped. Rejects with `AppError`: `download-failed` with `url` and `status`, `aborted`.
 */
export function downloadsFrom(base: string, pauseMs = PAUSE_MS): WeightSource {
  return async function* (file, { start, end }, signal) {
    const url = new URL(file.path, base).href;
    let position = start;
    let failures = 0;
    while (position < end) {
      try {
        const stream = await openRange(url, { start: position, end }, file.bytes, signal);
        for await (const chunk of within(stream, { start: position, end })) {
          position += chunk.length;
          failures = 0;
          yield chunk;
        }
        if (position < end) throw failed(url, 'the connection ended early');
      } catch (error) {
        if (signal?.aborted) throw abortError(signal);
        if (isAbort(error) || ++failures >= ATTEMPTS || isFinal(error)) throw asDownloadError(url, error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs * failures));
        throwIfAborted(signal);
      }
    }
  };
}

/** JSON that ships with the app: asked of the server, unless this worker is sealed. Rejects with `AppError` like a download. */
export async function downloadJson(url: string, signal?: AbortSignal): Promise<unknown> {
  try {
    const response = await buildFile(url, { cache: 'no-cache', signal: signal ?? null });
    checkAnswer(response, url);
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    throw asDownloadError(url, error);
  }
}

interface OpenRange {
  body: ReadableStream<Uint8Array>;
  /** Where in the file the body begins: servers may ignore the range and send everything. */
  offset: number;
}

async function openRange(
  url: string,
  { start, end }: ByteRange,
  fileBytes: number,
  signal: AbortSignal | undefined,
): Promise<OpenRange> {
  const headers = start > 0 || end < fileBytes ? { Range: `bytes=${start}-${end - 1}` } : undefined;
  // The store keeps the bytes; the HTTP cache need not hold them a second time.
  const response = await fetch(url, {
    cache: 'no-store',
    signal: signal ?? null,
    ...(headers ? { headers } : {}),
  });
  checkAnswer(response, url);
  if (!response.body) throw failed(url, 'the answer is empty', response.status);
  return { body: response.body, offset: response.status === 206 ? contentStart(response, start) : 0 };
}

/** First byte that a partial answer holds, as its header says. */
function contentStart(response: Response, asked: number): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('Content-Range') ?? '');
  return match ? Number(match[1]) : asked;
}

function checkAnswer(response: Response, url: string): void {
  if (!response.ok) throw failed(url, `the server answered ${response.status}`, response.status);
  // A host that answers every unknown address with its start page.
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    throw failed(url, 'the server answered with a page instead of the file', response.status);
  }
}

/** Cuts a stream that begins at `offset` to the bytes of `range`, and lets go of it when they are there. */
async function* within({ body, offset }: OpenRange, range: ByteRange): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let position = offset;
  try {
    while (position < range.end) {
      const { done, value } = await reader.read();
      if (done) return;
      const piece = value.subarray(Math.max(0, range.start - position), Math.max(0, range.end - position));
      position += value.length;
      if (piece.length > 0) yield piece;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function failed(url: string, reason: string, status = 0): AppError {
  return new AppError('download-failed', `${url} could not be downloaded: ${reason}`, { url, status });
}

/** Asking again does not help where the server has spoken: 404, 403, a page instead of the file. */
function isFinal(error: unknown): boolean {
  const status = error instanceof AppError ? error.data.status : 0;
  return typeof status === 'number' && status >= 200 && status < 500;
}

function asDownloadError(url: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'download-failed',
    `${url} could not be downloaded: ${reason}`,
    { url, status: 0 },
    { cause: error },
  );
}
