import { type BenchEntry, type BenchFigure, benchFigures } from '../worker/index.ts';
import { alignedRows } from './alignedRows.ts';

const labels: Readonly<Record<BenchFigure['name'], string>> = {
  timeToFirstAnswerMs: 'first answer',
  prefillTokensPerSecond: 'prefill',
  decodeTokensPerSecond: 'decode',
  answerMs: 'whole answer',
  productFlopPerSecond: 'limit: product',
  copyBytesPerSecond: 'limit: copy',
  memoryBytes: 'memory',
};

/** The figures for people at a terminal. */
export function benchTable(entry: BenchEntry): string {
  const { model, device, leftOut, machine } = entry.report;
  return [
    '',
    `${model} as ${device.variant} on ${device.device} (${device.name}), ${machine.cores} cores`,
    'Medians; in brackets the slowest and the fastest run; share: prefill of the fastest product, decode of the copy.',
    '',
    ...alignedRows([['', '', 'measured', '', 'share'], ...benchFigures(entry).map(row)]),
    ...leftOut.map(
      ({ tokens, expectedMs }) =>
        `Left out: a text of ${tokens} tokens would take ${(expectedMs / 1000).toFixed(0)} s.`,
    ),
  ].join('\n');
}

function row({ name, about, unit, value, reason, least, most, share }: BenchFigure): string[] {
  const range =
    least === undefined || most === undefined ? '' : `[${inUnit(least, unit)} … ${inUnit(most, unit)}]`;
  return [
    labels[name],
    about,
    value === null ? 'not measurable' : inUnit(value, unit),
    reason ?? range,
    share === undefined ? '' : `${(100 * share).toFixed(0)} %`,
  ];
}

function inUnit(value: number, unit: BenchFigure['unit']): string {
  switch (unit) {
    case 'FLOP/s':
      return `${(value / 1e9).toFixed(1)} GFLOP/s`;
    case 'bytes/s':
      return `${(value / 1e9).toFixed(1)} GB/s`;
    case 'bytes':
      return `${(value / 1e6).toFixed(1)} MB`;
    case 'ms':
      return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
    case 'tokens/s':
      return `${value.toFixed(value < 100 ? 1 : 0)} tokens/s`;
  }
}
