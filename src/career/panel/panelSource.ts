import { AppError, throwIfAborted } from '../../platform/index.ts';
import { notText } from '../import/sourceText.ts';
import type { ProblemSink } from '../problem.ts';
import type { PanelLayout } from './panelLayout.ts';
import { WrongAssumption } from './wrongAssumption.ts';

/**
 * Where a panel comes from: a `File` or `Blob`, or anything else that can be read more than once. Reading goes over
 * it twice, once to report and once to hand on careers; more often only where the rows of people are scattered.
 */
export interface PanelSource {
  /** Length in bytes, as stored. */
  readonly size: number;
  readonly name?: string;
  /** A new stream of all bytes. */
  stream(): ReadableStream<Uint8Array>;
}

/** How the bytes of a source become text. */
export type PanelEncoding = Pick<PanelLayout, 'isCompressed' | 'encoding'>;

export interface TextOptions {
  signal?: AbortSignal | undefined;
  /** Bytes read so far, as stored. */
  onBytes?: (bytes: number) => void;
}

/**
 * The text of a source, piece by piece, without byte order mark; memory stays that of a piece. Throws AppError
 * `aborted`, and `bad-input` with `advice` for bytes that are no text. Throws `WrongAssumption` where bytes are not
 * of the encoding.
 */
export async function* textPieces(
  source: PanelSource,
  { isCompressed, encoding }: PanelEncoding,
  { signal, onBytes }: TextOptions = {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: encoding === 'utf-8' });
  for await (const bytes of bytePieces(source, isCompressed, { signal, onBytes })) {
    yield checkedPiece(decode(decoder, bytes));
  }
  yield checkedPiece(decode(decoder));
}

/** The first bytes of a source after unpacking, `length` of them or a little more. */
export async function firstBytes(
  source: PanelSource,
  isCompressed: boolean,
  length: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of bytePieces(source, isCompressed)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= length) break;
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Tells an AppError `bad-input` as a problem of the file; throws any other error on. */
export function tellBadInput(error: unknown, problems: ProblemSink): void {
  if (!(error instanceof AppError) || error.code !== 'bad-input') throw error;
  const { message, data } = error;
  problems.add({ severity: 'error', message, advice: String(data.advice ?? 'Choose another file.') });
}

async function* bytePieces(
  source: PanelSource,
  isCompressed: boolean,
  { signal, onBytes }: TextOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      bytes += piece.length;
      onBytes?.(bytes);
      controller.enqueue(new Uint8Array(piece));
    },
  });
  const counted = source.stream().pipeThrough(counter);
  const plain = isCompressed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
  // Safari has no asynchronous iteration of streams.
  const reader = plain.getReader();
  try {
    for (;;) {
      throwIfAborted(signal);
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    // Streams disagree on what they throw for broken gzip; a file that is gone is a DOMException everywhere.
    if (isCompressed && !(error instanceof AppError) && !(error instanceof DOMException)) {
      throw new AppError('bad-input', 'The file is compressed with gzip, but damaged.', {
        advice: 'Download or pack it again.',
      });
    }
    throw error;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function decode(decoder: TextDecoder, bytes?: Uint8Array<ArrayBuffer>): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new WrongAssumption({ encoding: 'windows-1252' });
  }
}

function checkedPiece(text: string): string {
  if (text.includes('\0')) throw new AppError('bad-input', notText.message, { advice: notText.advice });
  return text;
}
