import { describe, expect, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { PanelEncoding } from '../../src/predictors/records/panelEncoding.ts';
import { pathFields, payFields } from '../../src/predictors/records/stepFields.ts';
import { sometimesWithoutPay } from '../../src/predictors/records/hiddenPay.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { smallList } from './panel.ts';

const [job, other] = smallList.occupations;
const person = (...wages: (number | undefined)[]): CareerHistory => ({
  personId: '1',
  population: 'synthetic people',
  birthYear: 1980,
  observations: wages.map((hourlyWage, t) => ({
    year: 2000 + t,
    education: 'college',
    occupationCode: (t % 3 ? job : other).code,
    title: (t % 3 ? job : other).title,
    ...(hourlyWage !== undefined && { hourlyWage }),
  })),
});
const paid = person(7, 9.5, undefined, 0, 5000, 12);
const encoding = PanelEncoding.of([paid, person(6, 6.5, 8, 9, 10, 12)], smallList, pathFields);
const payColumns = payFields.map((field) => encoding.fields.indexOf(field));

describe('pay', () => {
  it('of a step is not known to that step, nor to any before it', () => {
    const changed = person(7, 9.5, undefined, 6, 7, 100);
    const [before, after] = [paid, changed].map((career) => encoding.encode(career).covariates);
    const steps = 4 * encoding.fields.length;
    expect([...after.subarray(0, steps)]).toEqual([...before.subarray(0, steps)]);
    expect([...after.subarray(steps)]).not.toEqual([...before.subarray(steps)]);
  });

  it('that is hidden is as pay that nobody told', () => {
    const bare = { ...paid, observations: paid.observations.map(({ hourlyWage: _, ...rest }) => rest) };
    expect(encoding.withoutPay(encoding.encode(paid))).toEqual(encoding.encode(bare));
  });

  it('is worth the same after years in which all pay rose', () => {
    const late = {
      ...paid,
      observations: paid.observations.map((step) => ({ ...step, year: step.year + 10 })),
    };
    const raised = {
      ...late,
      observations: late.observations.map((step) =>
        step.hourlyWage === undefined ? step : { ...step, hourlyWage: step.hourlyWage * 1.03 ** 10 },
      ),
    };
    const rows = (career: CareerHistory, column: number) =>
      Array.from(
        paid.observations,
        (_, t) => encoding.encode(career).covariates[t * encoding.fields.length + column],
      );
    for (const column of payColumns.slice(0, 2)) {
      expect(rows(raised, column)).toEqual(rows(paid, column));
      expect(rows(late, column)).not.toEqual(rows(paid, column));
    }
  });

  it('is hidden for some careers of a panel that has it, and left alone in one that has none', () => {
    const career = encoding.encode(paid);
    const random = new SeededRandom(1);
    const drawn = Array.from({ length: 400 }, () => sometimesWithoutPay(career, encoding, random) === career);
    const whole = drawn.filter(Boolean).length / drawn.length;
    expect(whole).toBeGreaterThan(0.5);
    expect(whole).toBeLessThan(0.7);
    const unpaid = PanelEncoding.of([person(undefined, undefined)], smallList, pathFields);
    expect(unpaid.knowsPay).toBe(false);
    const told = unpaid.encode(paid);
    for (let i = 0; i < 50; i++) expect(sometimesWithoutPay(told, unpaid, random)).toBe(told);
  });
});
