import { AppError } from '../platform/index.ts';
import type { ByteRange } from '../weights/index.ts';
import { Listening, downloadFault, request } from './hubRequest.ts';

/** The server sends whole files only: whoever wanted a range must read from the beginning. */
export class RangesIgnored extends Error {
  override readonly name = 'RangesIgnored';
}

/** A file on the hub at one commit, as a place to read from. */
export interface FileSource {
  url: string;
  path: string;
  bytes: number;
  /** The commit that the file must come from. */
  commit: string;
  /** Called where the server's tag for the file is another than before; throws where the hub confirms that it changed. */
  onNewTag: (before: string, now: string) => Promise<void>;
  /** The tag of the last answer. */
  tag: string | null;
}

export interface ReadRangeOptions {
  signal?: AbortSignal | undefined;
  silenceMs: number;
}

/**
 * Yields the bytes of `range`, which may end early where the connection does: then throws the fault `truncated`, or
 * another that names what happened. Throws `RangesIgnored` where the server sends the whole file instead.
 */
export async function* readRange(
  source: FileSource,
  range: ByteRange,
  { signal, silenceMs }: ReadRangeOptions,
): AsyncGenerator<Uint8Array> {
  const isWhole = range.start === 0 && range.end === source.bytes;
  const listening = new Listening(source.path, signal, silenceMs);
  try {
    const headers: Record<string, string> = isWhole ? {} : { Range: `bytes=${range.start}-${range.end - 1}` };
    const response = await request(source.url, source.path, listening.signal, headers);
    await checkAnswer(response, source, range);
    if (response.status !== 206 && !isWhole) {
      await response.body?.cancel().catch(() => undefined);
      throw new RangesIgnored(source.path);
    }
    yield* bodyOf(response, source, range, listening);
  } catch (error) {
    throw error instanceof RangesIgnored ? error : listening.failure(error);
  } finally {
    listening.end();
  }
}

async function* bodyOf(
  response: Response,
  { path }: FileSource,
  { start, end }: ByteRange,
  listening: Listening,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  let position = start;
  try {
    while (reader && position < end) {
      const { done, value } = await reader.read();
      if (done) break;
      listening.heard();
      const piece = value.subarray(0, end - position);
      position += piece.length;
      yield piece;
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  if (position < end) {
    const missing = end - position;
    throw downloadFault('truncated', `The connection ended ${missing} bytes before the end of ${path}`);
  }
}

/** Throws the fault `changed` where the answer is about another file than the one that was asked for. */
async function checkAnswer(response: Response, source: FileSource, { start }: ByteRange): Promise<void> {
  const { headers, status } = response;
  const commit = headers.get('X-Repo-Commit');
  if (commit !== null && commit !== source.commit) {
    throw changed(source, `it comes from commit ${commit.slice(0, 8)}, not ${source.commit.slice(0, 8)}`);
  }
  const size = status === 206 ? rangeOf(headers)?.total : contentLength(headers);
  if (size !== undefined && size !== source.bytes) {
    throw changed(source, `it has ${size} bytes, not ${source.bytes}`);
  }
  const from = status === 206 ? rangeOf(headers)?.start : undefined;
  if (from !== undefined && from !== start) {
    throw downloadFault('server', `The server sent another part of ${source.path} than it was asked for`);
  }
  await checkTag(source, headers.get('ETag'));
}

async function checkTag(source: FileSource, tag: string | null): Promise<void> {
  const before = source.tag;
  source.tag = tag ?? before;
  if (tag !== null && before !== null && tag !== before) await source.onNewTag(before, tag);
}

/** Servers of another origin may keep these headers from the page: then nothing is known. */
function rangeOf(headers: Headers): { start: number; total: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('Content-Range') ?? '');
  if (!match) return undefined;
  return { start: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) };
}

function contentLength(headers: Headers): number | undefined {
  const length = headers.get('Content-Length');
  return length === null || headers.has('Content-Encoding') ? undefined : Number(length);
}

function changed({ path, url }: FileSource, how: string): AppError {
  const message = `${path} on the server is not the file that the hub described: ${how}. Cancel this download and begin again with the model’s newest revision`;
  return downloadFault('changed', message, { url });
}
