import type { CareerHistory } from '../../career/index.ts';
import type { ScoredCareer } from '../../evaluation/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import type { LanguageRoute } from './languageRoute.ts';
import type { RoutePrediction } from './prediction.ts';
import { readMessages } from '../../platform/index.ts';
import {
  type AskedModel,
  type Asking,
  type Distribution,
  type HiddenStates,
  RowsModel,
} from '../askedModel.ts';

/** People between two looks at the worker's messages. */
export const peopleBetween = 20;

/** A language model by its titles: raw probabilities where careers are scored, renormalised ones as a distribution. */
export class RouteModel implements AskedModel {
  readonly list = null;

  constructor(private readonly route: LanguageRoute) {}

  renormalised(list: OccupationList): AskedModel {
    return renormalisedRoute(this.route, list);
  }

  get hiddenStates(): HiddenStates {
    return {
      size: this.route.hiddenSize,
      read: async (people, signal) => {
        const states: Float32Array[] = [];
        for (const person of people) {
          if (states.length % peopleBetween === 0) await readMessages();
          states.push(await this.route.hiddenStates(person, undefined, signal));
        }
        return states;
      },
    };
  }

  async score(
    people: readonly CareerHistory[],
    _list: OccupationList,
    { onScored, signal, lastRecords, examplesFor }: Asking = {},
  ): Promise<ScoredCareer[]> {
    const scores: ScoredCareer[] = [];
    for (const person of people) {
      if (scores.length % peopleBetween === 0) await readMessages();
      const { personId, logProbs, stayLogProbs } = await this.route.scoreCareer(person, signal, {
        lastRecords,
        examples: examplesFor?.(person),
      });
      scores.push({ personId, logProbs, stayLogProbs });
      onScored?.(scores.length);
    }
    return scores;
  }

  async predict(
    history: CareerHistory,
    next: NextStep,
    list: OccupationList,
    signal?: AbortSignal,
  ): Promise<Distribution & RoutePrediction> {
    const said = await this.route.predict({ history, next, list }, signal);
    return { ...said, probabilities: said.renormalised };
  }
}

/** The same as whole distributions over a list, renormalised wherever it is asked. All titles are read at every step. */
export function renormalisedRoute(route: LanguageRoute, list: OccupationList): AskedModel {
  const occupations = list.occupations.length;
  const whole = new RowsModel(list, async (people, next, signal) => {
    const rows: Float32Array[] = [];
    for (const person of people) {
      if (rows.length % peopleBetween === 0) await readMessages();
      const logProbs = await route.titleLogProbs(person, list, { next, signal });
      rows.push(renormalised(logProbs, occupations));
    }
    return rows;
  });
  const titles = new RouteModel(route);
  return {
    list,
    rows: (people, signal) => whole.rows(people, signal),
    score: (people, _list, asking) => whole.score(people, list, asking),
    predict: (history, next, _list, signal) => titles.predict(history, next, list, signal),
  };
}

function renormalised(logProbs: Float32Array, occupations: number): Float32Array {
  const rows = logProbs.map(Math.exp);
  for (let start = 0; start < rows.length; start += occupations) {
    const row = rows.subarray(start, start + occupations);
    const mass = row.reduce((sum, prob) => sum + prob, 0);
    row.forEach((prob, place) => (row[place] = prob / mass));
  }
  return rows;
}
