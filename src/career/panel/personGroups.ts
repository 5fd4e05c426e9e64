import type { CareerTable, NumberedRow } from '../import/careerTable.ts';
import { importLimits } from '../limits.ts';
import { WrongAssumption } from './wrongAssumption.ts';

/** All rows of one person, in the order of the file. */
export interface PersonGroup {
  personId: string;
  rows: readonly NumberedRow[];
}

/** The people whose identity has the hash `index` modulo `of`. */
export interface PeoplePart {
  of: number;
  index: number;
}

/** Rows that are held at once while people's rows are gathered from all over a file; about 120 MB (`tests/bench/panelMemory.ts`). */
export const heldRows = 250_000;

/**
 * People of a file in which the rows of each stand together: one person is held at a time. Throws
 * `WrongAssumption` where a person comes again. What is remembered of a person gone by is a 52-bit hash; people who
 * share one (one file of 100,000 people in a million) only make the reading slower.
 */
export async function* adjacentGroups(
  rows: AsyncIterable<NumberedRow[]>,
  table: CareerTable,
): AsyncGenerator<PersonGroup> {
  const seen = new Set<number>();
  let personId: string | null = null;
  let own: NumberedRow[] = [];
  for await (const batch of rows) {
    for (const row of batch) {
      const next = table.personOf(row.cells);
      if (next === null) {
        table.refuse(row);
        continue;
      }
      if (next !== personId) {
        if (personId !== null) yield { personId, rows: own };
        const hash = identityHash(next);
        if (seen.has(hash)) throw new WrongAssumption({ isGrouped: false });
        seen.add(hash);
        personId = next;
        own = [];
      }
      // One more than allowed, so that the career tells that there are too many.
      if (own.length <= importLimits.recordsPerPerson) own.push(row);
    }
  }
  if (personId !== null) yield { personId, rows: own };
}

/**
 * People of a file in any order, in memory for `mostRows` rows: the file is read once per part of the people, and a part that
 * turns out too large is halved while it is read. People of a part keep the order of their first row.
 */
export async function* scatteredGroups(
  readRows: (part: PeoplePart) => AsyncIterable<NumberedRow[]>,
  table: CareerTable,
  mostRows: number = heldRows,
): AsyncGenerator<PersonGroup> {
  const waiting: PeoplePart[] = [{ of: 1, index: 0 }];
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const held = new HeldPeople(part, mostRows);
    for await (const batch of readRows(part)) {
      for (const row of batch) {
        const personId = table.personOf(row.cells);
        if (personId !== null) held.add(personId, row, waiting);
        // The first part is the only one that every row passes once.
        else if (part.index === 0) table.refuse(row);
      }
    }
    yield* held.groups();
  }
}

/** The rows of one part of the people. */
class HeldPeople {
  /** Rows as JSON: a cell of a row keeps the whole piece of text alive that it was cut from, a copy does not. */
  readonly #people = new Map<string, { row: number; cells: string }[]>();
  #rows = 0;

  constructor(
    private readonly part: PeoplePart,
    private readonly mostRows: number,
  ) {}

  add(personId: string, { row, cells }: NumberedRow, waiting: PeoplePart[]): void {
    if (!this.#isOfPart(personId)) return;
    let person = this.#people.get(personId);
    if (!person) this.#people.set(copied(personId), (person = []));
    if (person.length > importLimits.recordsPerPerson) return;
    person.push({ row, cells: JSON.stringify(cells) });
    this.#rows += 1;
    while (this.#rows > this.mostRows && this.#people.size > 1) this.#halve(waiting);
  }

  *groups(): Generator<PersonGroup> {
    for (const [personId, rows] of this.#people) {
      yield { personId, rows: rows.map(({ row, cells }) => ({ row, cells: JSON.parse(cells) as string[] })) };
    }
  }

  /** Leaves half of the people to a later reading. */
  #halve(waiting: PeoplePart[]): void {
    waiting.push({ of: 2 * this.part.of, index: this.part.index + this.part.of });
    this.part.of *= 2;
    for (const [personId, rows] of this.#people) {
      if (this.#isOfPart(personId)) continue;
      this.#people.delete(personId);
      this.#rows -= rows.length;
    }
  }

  #isOfPart(personId: string): boolean {
    return identityHash(personId) % this.part.of === this.part.index;
  }
}

function copied(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** 52 bits of two 32-bit FNV-1a hashes, finished by MurmurHash3's mixer. */
function identityHash(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return (mixed(a) >>> 12) * 2 ** 32 + mixed(b);
}

function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
