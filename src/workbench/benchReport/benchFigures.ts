import { formatDelimited } from '../../career/index.ts';
import type { BenchReport, FirstAnswer, Timing } from './benchContract.ts';

/** One model on one device, as it was measured. `firstAnswers`: starts, in the order in which they were made. */
export interface BenchEntry {
  report: BenchReport;
  firstAnswers: readonly FirstAnswer[];
}

/** One figure in its unit, with the extremes of its runs and its share of what the device can do at best. */
export interface BenchFigure {
  name:
    | 'timeToFirstAnswerMs'
    | 'prefillTokensPerSecond'
    | 'decodeTokensPerSecond'
    | 'answerMs'
    | 'productFlopPerSecond'
    | 'copyBytesPerSecond'
    | 'memoryBytes';
  /** Of which text, start, size, … it is. */
  about: string;
  unit: 'ms' | 'tokens/s' | 'FLOP/s' | 'bytes/s' | 'bytes';
  /** Null: not to be measured here, for this reason. */
  value: number | null;
  reason?: string;
  least?: number;
  most?: number;
  runs?: number;
  share?: number;
}

/** Every figure of an entry, the most important first. */
export function benchFigures({ report, firstAnswers }: BenchEntry): BenchFigure[] {
  return [
    ...firstAnswers.map(firstAnswerFigure),
    ...report.prefill.map(({ tokens, timing, prefillTokensPerSecond, shareOfProduct }): BenchFigure => ({
      name: 'prefillTokensPerSecond',
      about: `${tokens} tokens`,
      unit: 'tokens/s',
      value: prefillTokensPerSecond,
      ...rateRange(tokens, timing),
      share: shareOfProduct,
    })),
    decodeFigure(report),
    ...answerFigures(report),
    ...limitFigures(report),
    ...memoryFigures(report),
  ];
}

/** How a start found this device. */
export function startInWords({ isFromCache, isRemembered }: FirstAnswer): string {
  if (!isFromCache) return 'cold start, weights fetched';
  return isRemembered ? 'warm start' : 'first start, weights stored before';
}

/** All entries as rows, each with the machine that it was measured on. */
export function benchCsv(entries: readonly BenchEntry[]): string {
  const header = [
    ...['model', 'revision', 'weights', 'device', 'device_name', 'threads', 'cores'],
    ...['cross_origin_isolated', 'browser', 'measured_at'],
    ...['figure', 'about', 'unit', 'value', 'least', 'most', 'runs', 'share_of_limit'],
  ];
  const text = (value: number | null | undefined) => (value === null ? '' : String(value ?? ''));
  const rows = entries.flatMap((entry) => {
    const { model, revision, device, machine } = entry.report;
    const about = [
      ...[model, revision, device.variant, device.device, device.name],
      ...[String(device.threads), String(machine.cores), String(machine.isCrossOriginIsolated)],
      ...[machine.userAgent, machine.measuredAt],
    ];
    return benchFigures(entry).map((figure) => [
      ...about,
      ...[figure.name, figure.about, figure.unit],
      ...[figure.value, figure.least, figure.most, figure.runs, figure.share].map(text),
    ]);
  });
  return formatDelimited([header, ...rows]);
}

function firstAnswerFigure(answer: FirstAnswer): BenchFigure {
  return {
    name: 'timeToFirstAnswerMs',
    about: startInWords(answer),
    unit: 'ms',
    value: answer.timeToFirstAnswerMs,
  };
}

function decodeFigure({ decode }: BenchReport): BenchFigure {
  return {
    name: 'decodeTokensPerSecond',
    about: `behind ${decode.prefixTokens} tokens`,
    unit: 'tokens/s',
    value: decode.decodeTokensPerSecond,
    ...rateRange(1, decode.timing),
    share: decode.shareOfCopy,
  };
}

function answerFigures({ answer }: BenchReport): BenchFigure[] {
  const figure = (about: string, { medianMs, leastMs, mostMs, runs }: Timing): BenchFigure => ({
    ...{ name: 'answerMs', about, unit: 'ms', value: medianMs },
    ...{ least: leastMs, most: mostMs, runs },
  });
  const asked = `${answer.titles} titles after ${answer.records} years`;
  return [figure(asked, answer.cold), figure(`${asked}, last line changed`, answer.reused)];
}

function limitFigures({ limits: { products, copy } }: BenchReport): BenchFigure[] {
  return [
    ...products.map(({ rows, inner, columns, timing, flopPerSecond }): BenchFigure => ({
      name: 'productFlopPerSecond',
      about: `${rows} × ${inner} · ${inner} × ${columns}`,
      unit: 'FLOP/s',
      value: flopPerSecond,
      ...rateRange(2 * rows * inner * columns, timing),
    })),
    {
      name: 'copyBytesPerSecond',
      about: 'read and written',
      unit: 'bytes/s',
      value: copy.bytesPerSecond,
      ...rateRange(copy.bytes, copy.timing),
    },
  ];
}

function memoryFigures({ memory, pageMemory, contextLength }: BenchReport): BenchFigure[] {
  const figure = (about: string, value: number | null): BenchFigure => ({
    ...{ name: 'memoryBytes', about, unit: 'bytes', value },
  });
  return [
    figure('files of the model', memory.fileBytes),
    figure('weights as they run', memory.weightBytes),
    figure(`keys and values of ${contextLength} tokens`, memory.cacheBytes),
    {
      ...figure('page and workers, counted by the browser', pageMemory.bytes),
      ...('reason' in pageMemory && { reason: pageMemory.reason }),
    },
    { ...figure('of the graphics processor', null), reason: 'no browser tells a page' },
  ];
}

/** The slowest run is the lowest rate. */
function rateRange(amount: number, { leastMs, mostMs, runs }: Timing) {
  return { least: (1000 * amount) / mostMs, most: (1000 * amount) / leastMs, runs };
}
