/**
 * A smoothed distribution: own mass on a few states, the rest of the mass follows a coarser distribution.
 * p(j) = mass(j) + backoff · p_coarser(j), and Σ mass + backoff = 1.
 */
export interface SparseRow {
  /** Ascending. */
  states: Uint16Array;
  mass: Float64Array;
  backoff: number;
}

/** How a row is smoothed. The `strength` k and the `discount` d are in observations. */
export interface Smoothing {
  strength: number;
  discount: number;
}

/** What a cell saw: observations by state, and how many different people stand behind them. */
export class RowCounts {
  readonly #entries = new Map<number, { count: number; people: number; lastPerson: number }>();
  #people = 0;
  #lastPerson = -1;

  /** People must come one after another: a person's observations are never interrupted by another's. */
  add(state: number, person: number, count = 1): void {
    if (person !== this.#lastPerson) this.#people += 1;
    this.#lastPerson = person;
    const entry = this.#entries.get(state);
    if (!entry) {
      this.#entries.set(state, { count, people: 1, lastPerson: person });
      return;
    }
    entry.count += count;
    if (entry.lastPerson !== person) entry.people += 1;
    entry.lastPerson = person;
  }

  get people(): number {
    return this.#people;
  }

  /** Number of different people by state. */
  peopleByState(): Map<number, number> {
    return new Map(Array.from(this.#entries, ([state, { people }]) => [state, people]));
  }

  /**
   * Dirichlet smoothing with absolute discounting towards the coarser distribution:
   * p(j) = (max(0, n_j − d) + backoff mass · p_coarser(j)) / (n + k); what the discount takes goes to the backoff.
   */
  smooth({ strength, discount }: Smoothing): SparseRow {
    const entries = [...this.#entries].sort(([a], [b]) => a - b);
    const total = entries.reduce((sum, [, { count }]) => sum + count, 0);
    const kept = entries.filter(([, { count }]) => count > discount);
    const mass = Float64Array.from(kept, ([, { count }]) => (count - discount) / (total + strength));
    return {
      states: Uint16Array.from(kept, ([state]) => state),
      mass,
      backoff: restOf(mass),
    };
  }
}

/** 1 − Σ mass, so that a row sums to 1 whatever its masses were rounded to. */
export function restOf(mass: Float64Array): number {
  return Math.max(0, 1 - mass.reduce((sum, value) => sum + value, 0));
}

/** Replaces the coarser distribution in `probs` by the row's own. */
export function refine(probs: Float64Array, { states, mass, backoff }: SparseRow): void {
  for (let j = 0; j < probs.length; j++) probs[j] *= backoff;
  for (let i = 0; i < states.length; i++) probs[states[i]] += mass[i];
}

/** The row's probability of one state, given the coarser one's. */
export function refineAt(coarser: number, row: SparseRow, state: number): number {
  return row.backoff * coarser + massAt(row, state);
}

/** Own mass on one state; binary search. */
export function massAt({ states, mass }: SparseRow, state: number): number {
  let low = 0;
  let high = states.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (states[middle] < state) low = middle + 1;
    else high = middle;
  }
  return states[low] === state ? mass[low] : 0;
}
