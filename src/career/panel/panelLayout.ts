import type { ColumnMapping } from '../import/columnMapping.ts';
import { isTable } from '../import/delimitedTable.ts';
import { isGzip } from '../import/gzip.ts';
import { isJson, layoutOf } from '../import/importCareers.ts';
import { guessDialect, guessedCharacters, RowCutter, type TableDialect } from '../import/rowCutter.ts';
import { isBinary, utf16Order } from '../import/sourceText.ts';
import { ProblemList, type Problem, type ProblemSink } from '../problem.ts';
import { firstBytes, tellBadInput, textPieces, type PanelSource } from './panelSource.ts';
import { WrongAssumption } from './wrongAssumption.ts';

/** How a panel is to be read: what its beginning suggests, until a person or the rest of the file corrects it. */
export interface PanelLayout {
  isCompressed: boolean;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  dialect: TableDialect;
  /** Names of the columns; null where the file has none. */
  header: readonly string[] | null;
  /** Row of the file, counted from 1, with which the data begin. */
  firstRow: number;
  /** How many columns the table has. */
  width: number;
  mapping: ColumnMapping;
  /** The first rows of data, to show beside the mapping. */
  sample: readonly (readonly string[])[];
  /** Whether all rows of a person stand together; otherwise the file is read several times. */
  isGrouped: boolean;
}

export interface OpenedPanel {
  /** Null where the file cannot be read as a table; the problems say why. */
  layout: PanelLayout | null;
  problems: readonly Problem[];
}

/** What a person said about a table, after seeing the guess. */
export interface LayoutOptions {
  mapping?: ColumnMapping;
  hasHeader?: boolean;
}

/** Guesses the layout of a panel by its first rows, in any size of file. Bad input is told, never thrown. */
export async function openPanel(source: PanelSource, options: LayoutOptions = {}): Promise<OpenedPanel> {
  const problems = new ProblemList(source.name);
  const layout = await guessLayout(source, options, problems).catch((error: unknown) => {
    tellBadInput(error, problems);
    return null;
  });
  return { layout, problems: problems.listed };
}

async function guessLayout(
  source: PanelSource,
  options: LayoutOptions,
  problems: ProblemSink,
): Promise<PanelLayout | null> {
  const isCompressed = isGzip(await firstBytes(source, false, 2));
  const bytes = await firstBytes(source, isCompressed, guessedCharacters);
  if (isBinary(bytes, problems)) return null;
  const { text, encoding } = await beginning(source, isCompressed, bytes);
  if (isJson(text)) {
    problems.add({
      severity: 'error',
      message: 'The file is JSON, not a table.',
      advice: 'Open it as careers; a panel is a table in CSV.',
    });
    return null;
  }
  const dialect = guessDialect(text);
  // What is wrong with single rows is told when all of them are read.
  const cutter = new RowCutter(dialect, new ProblemList());
  const complete = cutter.cut(text);
  const rows = complete.length > 1 ? complete : [...complete, ...cutter.cut('', true)];
  if (!isTable(rows, problems)) return null;
  const table = layoutOf(rows, options);
  const { header, mapping, sample } = table;
  const width = header?.length ?? sample.reduce((most, row) => Math.max(most, row.length), 0);
  const firstRow = table.firstRow + 1;
  return { isCompressed, encoding, dialect, header, firstRow, width, mapping, sample, isGrouped: true };
}

/** The first characters, read as the encoding that they suggest. */
async function beginning(
  source: PanelSource,
  isCompressed: boolean,
  bytes: Uint8Array,
): Promise<{ text: string; encoding: PanelLayout['encoding'] }> {
  const encoding = utf16Order(bytes) ?? 'utf-8';
  const read = async (layout: Pick<PanelLayout, 'isCompressed' | 'encoding'>) => {
    let text = '';
    for await (const piece of textPieces(source, layout)) {
      text += piece;
      if (text.length >= guessedCharacters) break;
    }
    return { text, encoding: layout.encoding };
  };
  return read({ isCompressed, encoding }).catch((error: unknown) => {
    if (!(error instanceof WrongAssumption)) throw error;
    return read({ isCompressed, encoding: 'windows-1252' });
  });
}
