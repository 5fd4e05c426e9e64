import { describe, expect, it } from 'vitest';
import { numberText } from '../../src/evaluation/predictions/predictionCsv.ts';
import {
  fitBaseline,
  type PredictedPeople,
  type PredictionFormat,
  predictionFormats,
  predictionWriter,
  syntheticPanel,
} from '../../src/evaluation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { readPredictions } from '../fixtures/predictionFiles.ts';

const { careers, list } = syntheticPanel({ people: 30, seed: 1, occupations: 6 });
const size = list.occupations.length;
const model = fitBaseline('transitions', careers, list);
const random = new SeededRandom('states');
const hiddenSize = 3;

const predicted = (people: typeof careers): PredictedPeople => {
  const { probs, offsets } = model.rows(people);
  return {
    people,
    probabilities: people.map((_, p) => probs.slice(offsets[p] * size, offsets[p + 1] * size)),
    hiddenStates: people.map(({ observations }) =>
      Float32Array.from({ length: observations.length * hiddenSize }, () => 1e-7 * random.normal()),
    ),
  };
};
// One whose title is in no list, and whose id a spreadsheet would run.
const [first, ...rest] = careers;
const unlisted = {
  ...first,
  personId: '=1+1',
  observations: first.observations.map((each, t) => (t === 0 ? { ...each, occupationCode: null } : each)),
};
const groups = [predicted([unlisted, ...rest.slice(0, 9)]), predicted([]), predicted(rest.slice(9))];

async function written(format: PredictionFormat): Promise<Blob> {
  const writer = await predictionWriter(format, { list, hiddenSize });
  return new Blob([...groups.map((group) => writer.add(group)), writer.end()]);
}

describe('files of predictions', () => {
  it('hold every observation with the numbers that went in, the same in both formats', async () => {
    const csv = await readPredictions(await written('csv'), 'csv');
    const parquet = await readPredictions(await written('parquet'), 'parquet');
    const expected = groups.flatMap(({ people, probabilities, hiddenStates }) =>
      people.flatMap(({ personId, observations }, p) =>
        observations.map(({ year, occupationCode }, t) => ({
          personId,
          observation: t,
          year,
          observedCode: occupationCode ?? '',
          probabilities: new Map(
            list.occupations.map(({ code }, j) => [`p_${code}`, probabilities[p][t * size + j]]),
          ),
          states: [...(hiddenStates?.[p].subarray(t * hiddenSize, (t + 1) * hiddenSize) ?? [])],
        })),
      ),
    );
    expect(expected[0].observedCode).toBe('');
    expect(parquet).toEqual(expected);
    expect(csv).toEqual(
      expected.map((row) => (row.personId === '=1+1' ? { ...row, personId: "'=1+1" } : row)),
    );
    for (const { probabilities } of parquet)
      expect([...probabilities.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it.each(predictionFormats)('are handed out as they grow (%s)', async (format) => {
    const writer = await predictionWriter(format, { list, hiddenSize });
    const pieces = groups.map((group) => writer.add(group).length);
    expect(pieces[0]).toBeGreaterThan(100);
    expect(pieces[2]).toBeGreaterThan(pieces[0]);
  });

  it('are whole where there is nobody in them', async () => {
    for (const format of predictionFormats) {
      const writer = await predictionWriter(format, { list, hiddenSize: null });
      expect(await readPredictions(new Blob([writer.end()]), format)).toEqual([]);
    }
  });

  it('have numbers that read back as the same float32, without powers of ten', () => {
    for (let i = 0; i < 2000; i++) {
      const value = Math.fround(random.normal() * 10 ** (random.integer(40) - 38));
      expect(numberText(value)).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Math.fround(Number(numberText(value)))).toBe(value);
    }
    expect(numberText(0)).toBe('0');
  });
});
