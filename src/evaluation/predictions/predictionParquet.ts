import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import {
  aboutColumns,
  numberColumns,
  predictionRows,
  type PredictionShape,
  type PredictionWriter,
} from './predictedPeople.ts';

/** Predictions as Parquet: each addition is a row group; numbers are 32-bit floats. */
export function predictionParquet(shape: PredictionShape): PredictionWriter {
  const bytes = new ByteWriter();
  const names = numberColumns(shape);
  const schema = schemaOf(names);
  const parquet = new ParquetWriter({ writer: bytes, schema, statistics: false });
  /** What was written since the last time; the offsets in the file go on. */
  const taken = (): Uint8Array<ArrayBuffer> => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  };
  return {
    add(people) {
      const rows = predictionRows(people, shape);
      if (rows.length === 0) return taken();
      const about = [
        rows.map(({ personId }) => personId),
        Int32Array.from(rows, ({ observation }) => observation),
        Int32Array.from(rows, ({ year }) => year),
        rows.map(({ observedCode }) => observedCode),
      ];
      const numbers = names.map((_, i) => Float32Array.from(rows, (row) => row.numbers[i]));
      const columnData = [...about, ...numbers].map((data, i): ColumnSource => {
        const name = schema[i + 1].name;
        return { name, data, offsetIndex: false };
      });
      // Nothing is awaited: these writers do not wait for a disk.
      void parquet.write({ columnData, rowGroupSize: rows.length });
      return taken();
    },
    end() {
      void parquet.finish();
      return taken();
    },
  };
}

function schemaOf(numbers: readonly string[]): SchemaElement[] {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  const required = { repetition_type: 'REQUIRED' } as const;
  const [person, observation, year, code] = aboutColumns;
  const columns: SchemaElement[] = [
    { name: person, ...text, ...required },
    { name: observation, type: 'INT32', ...required },
    { name: year, type: 'INT32', ...required },
    { name: code, ...text, repetition_type: 'OPTIONAL' },
    ...numbers.map((name): SchemaElement => ({ name, type: 'FLOAT', ...required })),
  ];
  return [{ name: 'predictions', num_children: columns.length }, ...columns];
}
