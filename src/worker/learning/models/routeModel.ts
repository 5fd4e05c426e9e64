import type { CareerHistory } from '../../../career/index.ts';
import type { ScoredCareer } from '../../../evaluation/index.ts';
import type { NextStep, OccupationList } from '../../../occupation/index.ts';
import type { LanguageRoute } from '../../languageRoute.ts';
import { readMessages } from '../../turns.ts';
import type { AskedModel, Asking, Distribution } from './askedModel.ts';

/** People between two looks at the worker's messages. */
const peopleBetween = 20;

/** A language model by its titles: raw probabilities where careers are scored, renormalised ones as a distribution. */
export class RouteModel implements AskedModel {
  readonly list = null;

  constructor(private readonly route: LanguageRoute) {}

  async score(
    people: readonly CareerHistory[],
    _list: OccupationList,
    { onScored, signal }: Asking = {},
  ): Promise<ScoredCareer[]> {
    const scores: ScoredCareer[] = [];
    for (const person of people) {
      if (scores.length % peopleBetween === 0) await readMessages();
      const { personId, logProbs, stayLogProbs } = await this.route.scoreCareer(person, signal);
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
  ): Promise<Distribution> {
    const { codes, renormalised } = await this.route.predict({ history, next, list }, signal);
    return { codes, probabilities: renormalised };
  }
}
