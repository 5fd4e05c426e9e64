import { type Average, packRows, type ScoredCareer } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { type AskedModel, codesOf, scoreByRows } from '../askedModel.ts';

type AskedRows = NonNullable<AskedModel['rows']>;

/** A linear pool of models over one list, in the order of its weights. */
export function averageModel(
  average: Average,
  members: readonly AskedModel[],
  list: OccupationList,
): AskedModel {
  const score: AskedModel['score'] = async (people, _list, asking = {}) => {
    const scores: ScoredCareer[][] = [];
    for (const [m, member] of members.entries())
      scores.push(
        await member.score(people, list, {
          ...asking,
          onScored: (done) => asking.onScored?.(Math.floor((m * people.length + done) / members.length)),
        }),
      );
    return people.map((person, p) =>
      average.score(
        person,
        scores.map((each) => each[p]),
      ),
    );
  };
  const predict: AskedModel['predict'] = async (history, next, _list, signal) => {
    const said = [];
    for (const member of members)
      said.push((await member.predict(history, next, list, signal)).probabilities);
    return { codes: codesOf(list), probabilities: average.probabilities(history, next, said) };
  };
  const rows = pooledRows(average, members, list);
  if (!rows) {
    const renormalised: AskedModel['renormalised'] = () => {
      const whole = members.map((member) => (member.rows ? member : (member.renormalised?.(list) ?? member)));
      return averageModel(average, whole, list);
    };
    return { list, score, predict, renormalised };
  }
  return {
    list,
    rows,
    predict,
    score: (people, _list, asking) => scoreByRows({ rows }, people, list, asking),
  };
}

/** Null where one of the members gives no whole distributions. */
function pooledRows(
  average: Average,
  members: readonly AskedModel[],
  { occupations }: OccupationList,
): AskedRows | null {
  const size = occupations.length;
  if (!members.every(({ rows }) => rows)) return null;
  return async (people, signal) => {
    const said = [];
    for (const member of members) said.push(packRows((await member.rows?.(people, signal)) ?? [], size));
    const { probs, offsets } = average.rows(people, said);
    return people.map((_, p) => probs.subarray(offsets[p] * size, offsets[p + 1] * size));
  };
}
