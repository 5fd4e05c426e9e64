import { AppError, type Progress } from '../../platform/index.ts';
import type { CareerHistory } from '../history.ts';
import { isComplete } from '../import/careerTable.ts';
import { readAsWindows1252 } from '../import/sourceText.ts';
import type { PanelLayout } from './panelLayout.ts';
import { panelCareers, progressOf, silent, type PanelOptions, type PanelProgress } from './panelReading.ts';
import { tellBadInput, type PanelSource } from './panelSource.ts';
import { ProblemCounts, type ProblemCount } from './problemCounts.ts';
import { WrongAssumption } from './wrongAssumption.ts';

/** What a panel holds and what is wrong with it, before anything of it is kept. */
export interface PanelReport {
  /** What the whole file is like; hand it to `readPanelCareers`. Null where nothing can be read. */
  layout: PanelLayout | null;
  /** Rows of data, empty ones not counted. */
  rows: number;
  /** People with at least one observation. */
  people: number;
  /** People none of whose rows can be used. */
  emptyPeople: number;
  observations: number;
  /** Observations whose title is none of the occupation list. */
  unlisted: number;
  /** Calendar years of the observations; null where there are none. */
  years: { first: number; last: number } | null;
  errors: number;
  warnings: number;
  problems: readonly ProblemCount[];
}

/**
 * Reads a whole panel without keeping it, and reports all problems by kind and column with their number. Bad input
 * is told, never thrown; AppError `aborted` is thrown.
 */
export async function inspectPanel(
  source: PanelSource,
  layout: PanelLayout,
  options: PanelOptions,
  reading: PanelProgress = {},
): Promise<PanelReport> {
  const progress = progressOf(source, reading);
  for (let assumed = layout; ;) {
    try {
      return await inspectAs(source, assumed, options, { signal: reading.signal, progress });
    } catch (error) {
      if (!(error instanceof WrongAssumption)) throw error;
      assumed = { ...assumed, ...error.instead };
    }
  }
}

/**
 * The careers of a panel that was inspected, in batches of `batchSize` people. What the report told is not told
 * again; people without a sound row are left out. Memory is that of a batch and of the reading. Throws AppError
 * `aborted`, and `bad-input` where the file is no longer what was inspected.
 */
export async function* readPanelCareers(
  source: PanelSource,
  layout: PanelLayout,
  options: PanelOptions,
  { batchSize = 500, ...reading }: PanelProgress & { batchSize?: number } = {},
): AsyncGenerator<CareerHistory[]> {
  const progress = progressOf(source, reading);
  const { signal } = reading;
  const careers = panelCareers(source, layout, options, { problems: silent, progress, signal });
  let batch: CareerHistory[] = [];
  try {
    for await (const career of careers) {
      if (career.observations.length > 0) batch.push(career);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (!(error instanceof WrongAssumption)) throw error;
    throw new AppError(
      'bad-input',
      'The file is not what it was when it was inspected.',
      {},
      { cause: error },
    );
  }
  if (batch.length > 0) yield batch;
}

async function inspectAs(
  source: PanelSource,
  layout: PanelLayout,
  options: PanelOptions,
  { signal, progress }: { signal: AbortSignal | undefined; progress: Progress | null },
): Promise<PanelReport> {
  const problems = new ProblemCounts(source.name);
  const counts: CareerCounts = {
    rows: 0,
    people: 0,
    emptyPeople: 0,
    observations: 0,
    unlisted: 0,
    years: null,
  };
  const onRows = (count: number): void => {
    counts.rows += count;
  };
  if (layout.encoding === 'windows-1252') problems.add(readAsWindows1252);
  let isReadable = isComplete(layout.mapping, problems);
  if (isReadable) {
    try {
      const careers = panelCareers(source, layout, options, { problems, onRows, signal, progress });
      for await (const career of careers) count(career, counts);
    } catch (error) {
      tellBadInput(error, problems);
      isReadable = false;
    }
  }
  const { errors, warnings } = problems;
  return { layout: isReadable ? layout : null, ...counts, errors, warnings, problems: problems.list() };
}

type CareerCounts = Pick<
  PanelReport,
  'rows' | 'people' | 'emptyPeople' | 'observations' | 'unlisted' | 'years'
>;

function count({ observations }: CareerHistory, counts: CareerCounts): void {
  if (observations.length === 0) counts.emptyPeople += 1;
  else counts.people += 1;
  counts.observations += observations.length;
  for (const { year, occupationCode } of observations) {
    if (occupationCode === null) counts.unlisted += 1;
    const { first, last } = counts.years ?? { first: year, last: year };
    counts.years = { first: Math.min(first, year), last: Math.max(last, year) };
  }
}
