import type { CareerHistory } from '../career/index.ts';
import type { OccupationList } from '../occupation/index.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/** Reads off whole distributions over one list what metrics need to know about a career. */
export class CareerScorer {
  readonly #stateOf: ReadonlyMap<string, number>;

  constructor(list: OccupationList) {
    this.#stateOf = new Map(list.occupations.map(({ code }, state) => [code, state]));
  }

  /** `distributionAt(t)`: the model's answer before observation t, in list order; read before the next one is asked for. */
  score(history: CareerHistory, distributionAt: (t: number) => ArrayLike<number>): Required<ScoredCareer> {
    const { personId, observations } = history;
    const score: Required<ScoredCareer> = {
      personId,
      logProbs: new Float64Array(observations.length).fill(NaN),
      stayLogProbs: new Float64Array(observations.length).fill(NaN),
      notWorkingLogProbs: new Float64Array(observations.length).fill(NaN),
      ranks: new Int32Array(observations.length),
      topProbs: new Float64Array(observations.length),
    };
    const notWorking = this.#stateOf.get('not_working');
    let previous: number | undefined;
    observations.forEach(({ occupationCode }, t) => {
      const probs = distributionAt(t);
      const state = occupationCode === null ? undefined : this.#stateOf.get(occupationCode);
      score.topProbs[t] = largest(probs);
      if (previous !== undefined) score.stayLogProbs[t] = Math.log(probs[previous]);
      if (notWorking !== undefined) score.notWorkingLogProbs[t] = Math.log(probs[notWorking]);
      if (state !== undefined) {
        score.logProbs[t] = Math.log(probs[state]);
        score.ranks[t] = rankOf(probs, state);
      }
      previous = state;
    });
    return score;
  }
}

function largest(probs: ArrayLike<number>): number {
  let top = 0;
  for (let j = 0; j < probs.length; j++) top = Math.max(top, probs[j]);
  return top;
}

/** 1 + number of states that are more probable; among equals the earlier in the list comes first. */
function rankOf(probs: ArrayLike<number>, state: number): number {
  let rank = 1;
  for (let j = 0; j < probs.length; j++) {
    if (probs[j] > probs[state] || (probs[j] === probs[state] && j < state)) rank += 1;
  }
  return rank;
}
