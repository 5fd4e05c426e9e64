import { Progress, type ReportProgress } from '../../platform/index.ts';
import type { CareerHistory } from '../history.ts';
import { CareerTable, type NumberedRow } from '../import/careerTable.ts';
import { careerTableOptions, type ImportOptions } from '../import/importCareers.ts';
import { isEmptyRow } from '../import/delimitedTable.ts';
import { RowCutter } from '../import/rowCutter.ts';
import type { ProblemSink } from '../problem.ts';
import type { PanelLayout } from './panelLayout.ts';
import { textPieces, type PanelSource } from './panelSource.ts';
import { adjacentGroups, scatteredGroups, type PeoplePart } from './personGroups.ts';

/** How the rows of a panel are understood; the layout says what its columns are. */
export type PanelOptions = Omit<ImportOptions, 'mapping' | 'hasHeader'>;

export interface PanelProgress {
  signal?: AbortSignal;
  /** Bytes read, of the bytes of the source. */
  onProgress?: ReportProgress;
}

/** Who follows one reading of a panel. */
export interface Reading {
  problems: ProblemSink;
  /** Rows of data that went by, empty ones not counted; each row once. */
  onRows?: (count: number) => void;
  progress: Progress | null;
  signal?: AbortSignal | undefined;
}

/**
 * Careers of a panel one by one, in memory for one person (or for `heldRows` rows where people are scattered);
 * people without a sound row come with no observation. Throws AppError `aborted` and `bad-input`, and
 * `WrongAssumption` where the layout is wrong.
 */
export async function* panelCareers(
  source: PanelSource,
  layout: PanelLayout,
  options: PanelOptions,
  reading: Reading,
): AsyncGenerator<CareerHistory> {
  const { progress, signal } = reading;
  const table = new CareerTable(careerTableOptions(layout, options), reading.problems);
  let finished = 0;
  const readRows = async function* (part: PeoplePart): AsyncGenerator<NumberedRow[]> {
    // Every reading meets the same rows; they are counted, and broken ones told, at the first.
    const told = part.index === 0 ? reading : { problems: silent };
    const onBytes = (bytes: number): void => progress?.to(finished * source.size + bytes / part.of);
    yield* numberedRows(source, layout, { ...told, signal, onBytes });
    finished += 1 / part.of;
  };
  const groups = layout.isGrouped
    ? adjacentGroups(readRows({ of: 1, index: 0 }), table)
    : scatteredGroups(readRows, table);
  for await (const { personId, rows } of groups) yield table.career(personId, rows);
  progress?.complete();
}

/** The bar of one source; none where there is nothing to read. */
export function progressOf({ size }: PanelSource, { onProgress }: PanelProgress): Progress | null {
  return onProgress && size > 0 ? new Progress(size, onProgress) : null;
}

export const silent: ProblemSink = { add: () => undefined, addOnce: () => undefined };

/** The rows of data, in batches as they come out of the pieces of the text. */
async function* numberedRows(
  source: PanelSource,
  layout: PanelLayout,
  reading: Pick<Reading, 'problems' | 'onRows' | 'signal'> & { onBytes: (bytes: number) => void },
): AsyncGenerator<NumberedRow[]> {
  const cutter = new RowCutter(layout.dialect, reading.problems);
  let last = 0;
  const numbered = (cut: readonly string[][]): NumberedRow[] => {
    const batch = cut.map((cells, i) => ({ cells, row: last + i + 1 }));
    last += cut.length;
    const data = batch.filter(({ cells, row }) => row >= layout.firstRow && !isEmptyRow(cells));
    reading.onRows?.(data.length);
    return data;
  };
  for await (const text of textPieces(source, layout, reading)) yield numbered(cutter.cut(text));
  yield numbered(cutter.cut('', true));
}
