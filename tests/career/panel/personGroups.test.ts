import { describe, expect, it } from 'vitest';
import { ProblemList } from '../../../src/career/index.ts';
import { CareerTable, type NumberedRow } from '../../../src/career/import/careerTable.ts';
import {
  adjacentGroups,
  scatteredGroups,
  type PeoplePart,
  type PersonGroup,
} from '../../../src/career/panel/personGroups.ts';
import { WrongAssumption } from '../../../src/career/panel/wrongAssumption.ts';

const people = 200;
const years = 10;
/** Sorted by year, so that every person is seen until the end; the last row belongs to nobody. */
const rows: NumberedRow[] = Array.from({ length: people * years }, (_, i) => ({
  row: i + 2,
  cells: [`P${i % people}`, String(2000 + Math.floor(i / people)), 'Cashiers'],
})).concat({ row: people * years + 2, cells: ['', '2001', 'Cashiers'] });

function tableAndProblems() {
  const problems = new ProblemList();
  const options = {
    ...{ header: ['person', 'year', 'title'], width: 3, mapping: { personId: 0, year: 1, title: 2 } },
    ...{ population: 'p', personId: 'me', presentYear: 2026, jobs: 'each-year' as const },
  };
  return { table: new CareerTable(options, problems), problems };
}

async function gather(mostRows: number) {
  const readings: string[] = [];
  const groups: PersonGroup[] = [];
  const { table, problems } = tableAndProblems();
  const readRows = async function* (part: PeoplePart) {
    for (let at = 0; at < rows.length; at += 300) yield await Promise.resolve(rows.slice(at, at + 300));
    readings.push(`${part.index} of ${part.of}`);
  };
  for await (const group of scatteredGroups(readRows, table, mostRows)) groups.push(group);
  return { groups, readings, problems };
}

describe('scattered rows', () => {
  it('are gathered in one reading where they fit into memory', async () => {
    const { groups, readings, problems } = await gather(10_000);
    expect(readings).toEqual(['0 of 1']);
    expect(groups.map(({ personId }) => personId)).toEqual(Array.from({ length: people }, (_, i) => `P${i}`));
    expect(groups[3].rows).toEqual(rows.filter(({ cells }) => cells[0] === 'P3'));
    expect(problems.listed).toHaveLength(1);
  });

  it('are gathered part by part where they do not, everybody once, problems told once', async () => {
    const { groups, readings, problems } = await gather(400);
    expect(readings.length).toBeGreaterThanOrEqual(5);
    const share = readings.map((reading) => 1 / Number(reading.split(' of ')[1])).reduce((a, b) => a + b);
    expect(share).toBe(1);
    expect(groups).toHaveLength(people);
    expect(new Set(groups.map(({ personId }) => personId)).size).toBe(people);
    for (const { personId, rows: own } of groups) {
      expect(own).toEqual(rows.filter(({ cells }) => cells[0] === personId));
    }
    expect(problems.listed).toHaveLength(1);
  });

  it('of one person are never parted, but kept up to the limit of one career', async () => {
    const { table } = tableAndProblems();
    const one = Array.from({ length: 5000 }, (_, i) => ({ row: i + 2, cells: ['A', '2001', 'Cashiers'] }));
    const readRows = async function* () {
      yield await Promise.resolve(one);
    };
    const groups: PersonGroup[] = [];
    for await (const group of scatteredGroups(readRows, table, 100)) groups.push(group);
    expect(groups.map((group) => group.rows.length)).toEqual([1001]);
  });
});

describe('adjacent rows', () => {
  const inOrder = async (order: readonly string[]) => {
    const { table } = tableAndProblems();
    const batches = async function* () {
      for (const [i, id] of order.entries()) {
        yield await Promise.resolve([{ row: i + 2, cells: [id, '2001', 'x'] }]);
      }
    };
    const sizes: [string, number][] = [];
    for await (const group of adjacentGroups(batches(), table))
      sizes.push([group.personId, group.rows.length]);
    return sizes;
  };

  it('are handed on as soon as the next person begins; rows of nobody part nobody', async () => {
    expect(await inOrder(['a', 'a', '', 'a', 'b'])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(await inOrder([])).toEqual([]);
  });

  it('turn out scattered where a person comes again', async () => {
    await expect(inOrder(['a', 'b', 'a'])).rejects.toThrow(WrongAssumption);
  });
});
