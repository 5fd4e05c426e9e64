import type { CareerHistory } from '../../../career/index.ts';
import { type Average, packRows, type ScoredCareer } from '../../../evaluation/index.ts';
import type { NextStep, OccupationList } from '../../../occupation/index.ts';
import { AppError } from '../../../platform/index.ts';
import { type AskedModel, type Asking, codesOf, type ReadRows, RowsModel } from './askedModel.ts';

/** A linear pool of models over one list, in the order of its weights. */
export function averageModel(
  average: Average,
  members: readonly AskedModel[],
  list: OccupationList,
): AskedModel {
  const rows = members.flatMap((member) => (member.rows ? [member.rows] : []));
  if (rows.length === members.length) return new RowsModel(list, pooledRows(average, rows, list));
  return {
    list,
    async score(people, _list, { onScored, signal }: Asking = {}) {
      const scores: ScoredCareer[][] = [];
      for (const [m, member] of members.entries())
        scores.push(
          await member.score(people, list, {
            onScored: (done) => onScored?.(Math.floor((m * people.length + done) / members.length)),
            signal,
          }),
        );
      return people.map((person, p) =>
        average.score(
          person,
          scores.map((each) => each[p]),
        ),
      );
    },
    async predict(history, next, _list, signal) {
      const said = [];
      for (const member of members)
        said.push((await member.predict(history, next, list, signal)).probabilities);
      return { codes: codesOf(list), probabilities: average.probabilities(history, next, said) };
    },
  };
}

function pooledRows(average: Average, members: readonly ReadRows[], list: OccupationList): ReadRows {
  const occupations = list.occupations.length;
  return async (people, next, signal) => {
    const said: Float32Array[][] = [];
    for (const rows of members) said.push(await rows(people, next, signal));
    const { probs, offsets } = average.rows(
      people,
      said.map((each) => packRows(withoutNext(each, people, occupations), occupations)),
    );
    return people.map((person, p) => {
      const own = probs.slice(offsets[p] * occupations, offsets[p + 1] * occupations);
      return next ? withNext(own, average, person, next, said, p, occupations) : own;
    });
  };
}

function withoutNext(
  rows: readonly Float32Array[],
  people: readonly CareerHistory[],
  occupations: number,
): Float32Array[] {
  return rows.map((own, p) => own.subarray(0, people[p].observations.length * occupations));
}

function withNext(
  own: Float32Array,
  average: Average,
  person: CareerHistory,
  next: NextStep,
  said: readonly (readonly Float32Array[])[],
  p: number,
  occupations: number,
): Float32Array {
  const last = said.map((each) => each[p].subarray(-occupations));
  if (last.some(({ length }) => length !== occupations))
    throw new AppError('internal', 'A model of the average did not answer the next step.');
  const rows = new Float32Array(own.length + occupations);
  rows.set(own);
  rows.set(average.probabilities(person, next, last), own.length);
  return rows;
}
