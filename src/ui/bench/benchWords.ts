import type { BenchFigure } from '../../worker/index.ts';
import { bytesInWords } from '../model/modelWords.ts';

export const figureWords: Readonly<Record<BenchFigure['name'], { label: string; meaning: string }>> = {
  timeToFirstAnswerMs: {
    label: 'First answer',
    meaning:
      'From the start of a model until it has given every occupation a probability for an invented career of five years. A cold start fetches the weights and finds out which form of them is fastest; a warm one takes both from this device.',
  },
  prefillTokensPerSecond: {
    label: 'Reading (prefill)',
    meaning:
      'Tokens per second while a text is read in one go. The share compares the multiplications and additions that this needs with the fastest bare matrix product below: the rest goes to everything that is no product.',
  },
  decodeTokensPerSecond: {
    label: 'One at a time (decode)',
    meaning:
      'Tokens per second when each comes after the one before. Every token reads all weights once, so the share compares the bytes of the weights with a bare copy. It can be above 100 % where a small model stays in the processor’s cache.',
  },
  answerMs: {
    label: 'Whole answer',
    meaning:
      'A probability for every occupation of the list. After a change of the last line, what was read before it is kept.',
  },
  productFlopPerSecond: {
    label: 'Limit: matrix product',
    meaning:
      'Multiplications and additions per second of a single matrix product: one in the shape of the model’s largest layer, one large and square.',
  },
  copyBytesPerSecond: {
    label: 'Limit: copy',
    meaning: 'Bytes read and written per second when a number is added to each of 8 million others.',
  },
  memoryBytes: {
    label: 'Memory',
    meaning:
      'What the weights take, what the model keeps of the longest text that it can read, and what the browser counts for this page and its workers, the Predict part’s own model among them.',
  },
};

/** A figure with its unit: `1,234 tokens/s`, `12.3 GFLOP/s`, `85.0 ms`. */
export function inUnit(value: number, unit: BenchFigure['unit']): string {
  switch (unit) {
    case 'FLOP/s':
      return `${rounded(value / 1e9)} GFLOP/s`;
    case 'bytes/s':
      return `${rounded(value / 1e9)} GB/s`;
    case 'bytes':
      return bytesInWords(value);
    case 'ms':
      return value < 1000 ? `${rounded(value)} ms` : `${rounded(value / 1000)} s`;
    case 'tokens/s':
      return `${rounded(value)} tokens/s`;
  }
}

/** `8.27 to 556 tokens/s`; both units where they differ. */
export function rangeInUnit(least: number, most: number, unit: BenchFigure['unit']): string {
  const [from, to] = [inUnit(least, unit), inUnit(most, unit)];
  const [digits, ownUnit] = from.split(' ');
  return to.endsWith(` ${ownUnit}`) ? `${digits} to ${to}` : `${from} to ${to}`;
}

/** Three digits, or all before the point. */
function rounded(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function deviceInWords(device: 'webgpu' | 'wasm'): string {
  return device === 'webgpu' ? 'graphics processor' : 'processor';
}
