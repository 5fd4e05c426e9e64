import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';

/** Where the careers and occupation texts lie: beside the project, never inside it. */
export const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Stops with a plain message where the data are absent: the model cannot be rebuilt without them. */
export function requireData(): void {
  if (existsSync(`${dataFolder}nlsy97/train.csv.gz`)) return;
  console.error(
    `The careers that the model learns from are not here: ${dataFolder}nlsy97/train.csv.gz is missing.\n` +
      'They are not part of this repository. The trained model in models/ works without them; only rebuilding needs them.',
  );
  process.exit(2);
}

/** Text of a data file, gunzipped where its name ends in `.gz`. */
export function readData(path: string): string {
  const bytes = readFileSync(dataFolder + path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export type Row = Readonly<Record<string, string>>;

/** Rows of a CSV or TSV data file (the delimiter by its name). Throws on a malformed row. */
export function readRows(path: string): Row[] {
  const { data, errors } = Papa.parse<Row>(readData(path), {
    header: true,
    skipEmptyLines: true,
    delimiter: path.includes('.tsv') ? '\t' : ',',
    ...(path.includes('.tsv') ? { quoteChar: '\0' } : {}),
  });
  if (errors.length > 0) throw new Error(`${path}, row ${errors[0].row}: ${errors[0].message}`);
  return data;
}
