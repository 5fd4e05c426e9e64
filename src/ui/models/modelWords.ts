import type { Dtype, SpeedClass } from '../../hub/index.ts';

/** What a form of the weights is good for. */
export const dtypeWords: Readonly<Record<Dtype, string>> = {
  q4f16: '4 bits, computed in half precision: the smallest, for graphics cards with f16',
  q4: '4 bits: runs on any graphics card and on the processor',
  fp16: '16 bits: larger, for graphics cards with f16',
  fp32: '32 bits: the largest, as it was trained',
  q8: '8 bits: for the processor',
  int8: '8 bits, signed: for the processor',
  uint8: '8 bits, unsigned: for the processor',
};

export const speedWords: Readonly<Record<SpeedClass, string>> = {
  quick: 'quick on most machines',
  moderate: 'moderate: needs a graphics card',
  slow: 'slow on laptops: needs a good graphics card',
};

/** `4 minutes`; rounded up, because an honest guess errs on that side. */
export function durationInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} seconds`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}

/** `120 MB`: two digits, for figures that are worth no more. */
export function roughlyInWords(bytes: number): string {
  const unit = bytes < 1e9 ? 1e6 : 1e9;
  return `${Number((bytes / unit).toPrecision(2))} ${unit === 1e6 ? 'MB' : 'GB'}`;
}
