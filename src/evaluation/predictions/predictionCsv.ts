import { formatDelimited } from '../../career/index.ts';
import {
  aboutColumns,
  numberColumns,
  predictionRows,
  type PredictionShape,
  type PredictionWriter,
} from './predictedPeople.ts';

/** Predictions as CSV in UTF-8, a row each observation; unknown codes are empty. */
export function predictionCsv(shape: PredictionShape): PredictionWriter {
  const encoder = new TextEncoder();
  let header: string[][] = [[...aboutColumns, ...numberColumns(shape)]];
  const bytesOf = (rows: string[][]) => encoder.encode(rows.length > 0 ? formatDelimited(rows) : '');
  const take = () => {
    const rows = header;
    header = [];
    return rows;
  };
  return {
    add(people) {
      const rows = predictionRows(people, shape).map(
        ({ personId, observation, year, observedCode, numbers }) => [
          ...[personId, String(observation), String(year), observedCode ?? ''],
          ...Array.from(numbers, numberText),
        ],
      );
      return bytesOf([...take(), ...rows]);
    },
    end: () => bytesOf(take()),
  };
}

/**
 * Nine digits, which read back as the same float32. Never in powers of ten: spreadsheets take a leading minus before those for
 * a formula.
 */
export function numberText(value: number): string {
  const short = String(Number(value.toPrecision(9)));
  return short.includes('e') ? value.toFixed(8 - Math.floor(Math.log10(Math.abs(value)))) : short;
}
