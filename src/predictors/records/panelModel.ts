import type { EncodedCareer } from './panelEncoding.ts';

/** Anything trained that gives every step of a career a distribution. */
export interface PanelModel {
  /** Every person's `[steps × occupations]` distributions, people in the order given; a row sums to 1 within float32. */
  probabilities(people: readonly EncodedCareer[]): Promise<Float32Array[]>;
}

/** People whose distributions are in memory at once. */
const peopleAtOnce = 256;

/** Mean −ln p, in nats, of the observed occupations that are in the list; NaN where there are none. */
export async function meanNll(
  model: PanelModel,
  people: readonly EncodedCareer[],
  occupations: number,
): Promise<number> {
  let total = 0;
  let count = 0;
  for (let start = 0; start < people.length; start += peopleAtOnce) {
    const some = people.slice(start, start + peopleAtOnce);
    const rows = await model.probabilities(some);
    some.forEach(({ states }, p) => {
      states.forEach((state, t) => {
        if (state >= occupations) return;
        total -= Math.log(rows[p][t * occupations + state]);
        count += 1;
      });
    });
  }
  return total / count;
}
