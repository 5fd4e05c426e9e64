import rows from './occ1990dd.json' with { type: 'json' };
import type { OccupationList } from './model.ts';

/**
 * The default list: the 331 titles of occ1990dd (Dorn's time-consistent Census occupations) that the survey's
 * coding can reach, and the two states `in_school` and `not_working`. Titles are unique ASCII.
 */
export const occ1990dd: OccupationList = {
  name: 'occ1990dd',
  occupations: rows.map(([code = '', title = '']) => ({ code, title })),
};
