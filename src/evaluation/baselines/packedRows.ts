import type { Cells } from './smoothedTable.ts';
import { restOf, type SparseRow } from './sparseRow.ts';

/** `[cell, state, mass, gap to the next state, mass, …]`, masses in units of 5·10^-5. */
export type PackedRow = number[];

const massUnit = 5e-5;

/** Rounds masses down, so that a row never exceeds 1; what is lost goes to the coarser distribution. */
export function packCells(cells: Cells): PackedRow[] {
  return Array.from(cells, ([key, { states, mass }]) => {
    const packed: PackedRow = [key];
    let last = 0;
    states.forEach((state, i) => {
      // The small excess keeps a mass that was unpacked from a file as it is.
      const units = Math.floor(mass[i] / massUnit + 1e-6);
      if (units === 0) return;
      packed.push(state - last, units);
      last = state;
    });
    return packed;
  });
}

/** The rows of `packCells`; each sums to 1 with its backoff. */
export function unpackCells(rows: readonly PackedRow[]): Cells {
  return new Map(rows.map((packed) => [packed[0], unpackRow(packed)]));
}

function unpackRow(packed: PackedRow): SparseRow {
  const length = (packed.length - 1) / 2;
  const states = new Uint16Array(length);
  const mass = new Float64Array(length);
  let state = 0;
  for (let i = 0; i < length; i++) {
    state += packed[1 + 2 * i];
    states[i] = state;
    mass[i] = packed[2 + 2 * i] * massUnit;
  }
  return { states, mass, backoff: restOf(mass) };
}
