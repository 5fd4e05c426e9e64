import { type CareerHistory, educationLevels } from '../career/index.ts';
import type { ObservationTable } from './observationTable.ts';

/** A way to cut a panel's observations into groups. */
export interface Subgrouping {
  /** What the groups differ in, in plain words. */
  by: string;
  /** Group of observation t; `unknown` where the career does not tell. */
  groupOf: (history: CareerHistory, t: number) => string;
  /** Groups in the order in which they are shown; others follow by name. */
  order: readonly string[];
}

const unknown = 'unknown';
const ageBands = bands([20, 25, 30, 35, 40, 50]);
const earlierBands = bands([1, 3, 6, 11]);
/** A panel whose people were born over more years than this is cut into decades. */
const longestSpan = 10;

/**
 * The groups in which models are compared: what a person is (sex, race and ethnicity, birth), and what is known
 * at the observation (education, region, age, how much came before it).
 */
export function subgroupings(histories: readonly CareerHistory[]): Subgrouping[] {
  const cohortOf = birthCohorts(histories);
  return [
    { by: 'sex', groupOf: ({ sex }) => sex ?? unknown, order: [] },
    { by: 'race and ethnicity', groupOf: ({ raceEthnicity }) => raceEthnicity ?? unknown, order: [] },
    {
      by: 'education',
      groupOf: ({ observations }, t) => observations[t].education ?? unknown,
      order: educationLevels,
    },
    {
      by: 'region',
      groupOf: ({ observations, region }, t) => observations[t].region ?? region ?? unknown,
      order: [],
    },
    {
      by: 'age',
      groupOf: ({ observations, birthYear }, t) =>
        birthYear === undefined ? unknown : ageBands.of(observations[t].year - birthYear),
      order: ageBands.names,
    },
    { by: 'birth cohort', groupOf: ({ birthYear }) => cohortOf(birthYear), order: [] },
    { by: 'earlier observations', groupOf: (_, t) => earlierBands.of(t), order: earlierBands.names },
  ];
}

/** Rows of a table that belong to one group, and how many people stand behind them. */
export interface ObservationGroup {
  by: string;
  group: string;
  rows: readonly number[];
  people: number;
}

/** The groups that a table's observations fall into, in the order in which they are shown; `unknown` comes last. */
export function observationGroups(
  { by, groupOf, order }: Subgrouping,
  histories: readonly CareerHistory[],
  { person, step }: ObservationTable,
): ObservationGroup[] {
  const rowsOf = new Map<string, number[]>();
  person.forEach((each, row) => {
    const group = groupOf(histories[each], step[row]);
    const rows = rowsOf.get(group);
    if (rows) rows.push(row);
    else rowsOf.set(group, [row]);
  });
  const others = [...rowsOf.keys()].filter((group) => !order.includes(group) && group !== unknown).sort();
  return [...order, ...others, unknown].flatMap((group) => {
    const rows = rowsOf.get(group);
    return rows ? [{ by, group, rows, people: new Set(rows.map((row) => person[row])).size }] : [];
  });
}

function birthCohorts(histories: readonly CareerHistory[]): (birthYear?: number) => string {
  const years = histories.flatMap(({ birthYear }) => (birthYear === undefined ? [] : [birthYear]));
  const span =
    years.reduce((last, year) => Math.max(last, year), 0) -
    years.reduce((first, year) => Math.min(first, year), Infinity);
  return (birthYear) => {
    if (birthYear === undefined) return unknown;
    if (span < longestSpan) return String(birthYear);
    const decade = Math.floor(birthYear / 10) * 10;
    return `${decade}–${decade + 9}`;
  };
}

/** Bands of whole numbers that begin at `starts`, and one below the first. */
function bands(starts: readonly number[]): { names: string[]; of: (value: number) => string } {
  const last = starts.length - 1;
  const names = [
    starts[0] === 1 ? '0' : `under ${starts[0]}`,
    ...starts.map((start, i) => (i === last ? `${start} and more` : `${start}–${starts[i + 1] - 1}`)),
  ];
  return { names, of: (value) => names[starts.filter((start) => value >= start).length] };
}
