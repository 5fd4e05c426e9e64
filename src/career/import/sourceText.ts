import { importLimits } from '../limits.ts';
import type { ProblemSink } from '../problem.ts';

/** First bytes of files that are no text, and what a person would call them. */
const binaryKinds: readonly (readonly [string, readonly number[], string])[] = [
  ['a spreadsheet or another zipped document', [0x50, 0x4b, 0x03, 0x04], 'Open it and save it as CSV.'],
  ['an old Office document', [0xd0, 0xcf, 0x11, 0xe0], 'Open it and save it as CSV.'],
  ['a PDF', [0x25, 0x50, 0x44, 0x46], 'Type or copy the career into rows instead.'],
  ['compressed with gzip, but damaged', [0x1f, 0x8b], 'Download or pack it again.'],
  ['an image', [0x89, 0x50, 0x4e, 0x47], 'Type the career into rows instead.'],
  ['an image', [0xff, 0xd8, 0xff], 'Type the career into rows instead.'],
];

/**
 * The text of a file whose encoding nobody told (or of a string, checked the same way): UTF-8, UTF-16 of either order (with or without a byte order
 * mark), else Windows-1252 with a warning. Null, with a problem, where the bytes are no text.
 */
export function decodeSource(content: Uint8Array | string, problems: ProblemSink): string | null {
  if (content.length > importLimits.bytes) {
    const mebibytes = Math.round(importLimits.bytes / 2 ** 20);
    problems.add({
      severity: 'error',
      message: `The file is larger than ${mebibytes} MB.`,
      advice: 'Split it into smaller files.',
    });
    return null;
  }
  if (typeof content === 'string') return checkedText(content, problems);
  return isBinary(content, problems) ? null : checkedText(decode(content, problems), problems);
}

/** Whether a file that begins with these bytes is known to be no text; tells what it is instead. */
export function isBinary(beginning: Uint8Array, problems: ProblemSink): boolean {
  const binary = binaryKinds.find(([, magic]) => magic.every((byte, i) => beginning[i] === byte));
  if (!binary) return false;
  const [kind, , advice] = binary;
  problems.add({ severity: 'error', message: `The file is ${kind}, not text.`, advice });
  return true;
}

/** What is told of a text with zero bytes in it. */
export const notText = {
  severity: 'error',
  message: 'The file holds bytes that are no text.',
  advice: 'Save it as CSV in UTF-8.',
} as const;

/** What is told of a text whose bytes are no UTF-8. */
export const readAsWindows1252 = {
  severity: 'warning',
  message: 'The file is not in UTF-8; it was read as Windows-1252.',
  advice: 'If letters look wrong, save the file as “CSV UTF-8”.',
} as const;

function checkedText(source: string, problems: ProblemSink): string | null {
  const text = source.replace(/^\uFEFF/, '');
  if (!text.includes('\0')) return text;
  problems.add(notText);
  return null;
}

function decode(bytes: Uint8Array, problems: ProblemSink): string {
  const utf16 = utf16Order(bytes);
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    problems.add(readAsWindows1252);
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** By its byte order mark, else because every other byte of the beginning is zero, as in Latin text. */
export function utf16Order(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const length = Math.min(bytes.length, 512) & ~1;
  if (length < 4) return null;
  const zeros = [0, 0];
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2] += 1;
  const most = 0.4 * length;
  if (zeros[1] > most && zeros[0] === 0) return 'utf-16le';
  if (zeros[0] > most && zeros[1] === 0) return 'utf-16be';
  return null;
}
