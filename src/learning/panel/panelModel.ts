import type { CareerHistory } from '../../career/index.ts';
import type { EncodedCareer, PanelEncoding } from './panelEncoding.ts';

/** Anything trained that gives every step of a career a distribution. `Person`: careers in the form that it reads. */
export interface PanelModel<Person = CareerHistory> {
  readonly name: string;
  /**
   * Every person's `[steps × occupations]` distributions, people in the order given; a row sums to 1 within float32. A
   * career encoded with a next step has one row more than it has observations.
   */
  probabilities(people: readonly Person[]): Promise<Float32Array[]>;
}

/** A model of encoded careers as one of careers. */
export function ofCareers(model: PanelModel<EncodedCareer>, encoding: PanelEncoding): PanelModel {
  return {
    name: model.name,
    probabilities: (people) => model.probabilities(people.map((person) => encoding.encode(person))),
  };
}

/** Mean −ln p, in nats, of the observed occupations that are in the list; NaN where there are none. */
export async function meanNll(
  model: PanelModel<EncodedCareer>,
  people: readonly EncodedCareer[],
  occupations: number,
): Promise<number> {
  const rows = await model.probabilities(people);
  let total = 0;
  let count = 0;
  people.forEach(({ states }, p) => {
    states.forEach((state, t) => {
      if (state >= occupations) return;
      total -= Math.log(rows[p][t * occupations + state]);
      count += 1;
    });
  });
  return total / count;
}
