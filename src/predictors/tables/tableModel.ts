import type { BaselineModel } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { RowsModel } from '../askedModel.ts';

/** Fitted transition tables. */
export function tableModel(model: BaselineModel, list: OccupationList): RowsModel {
  const occupations = list.occupations.length;
  return new RowsModel(list, (people, next) => {
    const { probs, offsets } = model.rows(people);
    const rows = people.map((person, p) => {
      const own = probs.slice(offsets[p] * occupations, offsets[p + 1] * occupations);
      return next ? withRow(own, model.probabilities(person, next)) : own;
    });
    return Promise.resolve(rows);
  });
}

function withRow(rows: Float32Array, row: ArrayLike<number>): Float32Array {
  const longer = new Float32Array(rows.length + row.length);
  longer.set(rows);
  longer.set(row, rows.length);
  return longer;
}
