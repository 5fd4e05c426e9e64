import type { CareerHistory } from '../../../career/index.ts';
import type { BaselineModel, ScoredCareer } from '../../../evaluation/index.ts';
import type { NextStep, OccupationList } from '../../../occupation/index.ts';
import { type AskedModel, type Asking, codesOf, type Distribution } from './askedModel.ts';

/** Fitted transition tables. */
export class TableModel implements AskedModel {
  constructor(
    private readonly model: BaselineModel,
    readonly list: OccupationList,
  ) {}

  score(
    people: readonly CareerHistory[],
    _list: OccupationList,
    { onScored }: Asking = {},
  ): Promise<ScoredCareer[]> {
    const scores = people.map((person) => this.model.scoreCareer(person));
    onScored?.(scores.length);
    return Promise.resolve(scores);
  }

  predict(history: CareerHistory, next: NextStep): Promise<Distribution> {
    const probabilities = Float64Array.from(this.model.probabilities(history, next));
    return Promise.resolve({ codes: codesOf(this.list), probabilities });
  }
}
