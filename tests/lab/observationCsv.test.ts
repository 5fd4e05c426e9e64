import Papa from 'papaparse';
import { expect, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { observationCsv } from '../../src/lab/observationCsv.ts';

const career = (personId: string, ...codes: (string | null)[]): CareerHistory => ({
  personId,
  population: 'a',
  observations: codes.map((occupationCode, t) => ({
    year: 2000 + t,
    education: null,
    occupationCode,
    title: String(occupationCode),
  })),
});

it('writes one row per observation whose numbers read back exactly', () => {
  const logProbs = Float64Array.of(-1 / 3, -2.5e-17, NaN);
  const stayLogProbs = Float64Array.of(NaN, -0.1, -7);
  const scores = [{ personId: '=1+1', logProbs, stayLogProbs, ranks: Int32Array.of(1, 4, 0) }];
  const csv = observationCsv([career('=1+1', '313', '313', null)], scores);
  const { data, errors } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  expect(data.map((row) => row.kind)).toEqual(['first', 'stay', 'new']);
  expect(data.map((row) => row.year)).toEqual(['2000', '2001', '2002']);
  expect(data.slice(0, 2).map((row) => Number(row.log_prob))).toEqual([...logProbs.slice(0, 2)]);
  expect([data[2].log_prob, data[0].stay_log_prob, data[2].rank]).toEqual(['', '', '']);
  expect(data.map((row) => row.rank)).toEqual(['1', '4', '']);
  // A spreadsheet must not compute an identity.
  expect(data[0].person_id).toBe("'=1+1");
});
