import { packRows, type StayCalibration } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { type AskedModel, scoreByRows } from '../askedModel.ts';

/** A model whose probability of staying is corrected. */
export function calibratedModel(
  model: AskedModel,
  calibration: StayCalibration,
  list: OccupationList,
): AskedModel {
  const size = list.occupations.length;
  const places = new Map(list.occupations.map(({ code }, place) => [code, place]));
  const predict: AskedModel['predict'] = async (history, next, _list, signal) => {
    const said = await model.predict(history, next, list, signal);
    const previous = history.observations.at(-1)?.occupationCode;
    calibration.correct(said.probabilities, places.get(previous ?? ''));
    return said;
  };
  if (!model.rows)
    return {
      list,
      predict,
      async score(people, _list, asking) {
        const scores = await model.score(people, list, asking);
        return people.map((person, p) => calibration.score(person, scores[p]));
      },
    };
  const rows: NonNullable<AskedModel['rows']> = async (people, signal) => {
    const packed = packRows((await model.rows?.(people, signal)) ?? [], size);
    const { probs, offsets } = calibration.rows(people, list, packed);
    return people.map((_, p) => probs.subarray(offsets[p] * size, offsets[p + 1] * size));
  };
  return {
    list,
    predict,
    rows,
    score: (people, _list, asking) => scoreByRows({ rows }, people, list, asking),
  };
}
