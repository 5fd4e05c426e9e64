import type { OccupationList } from './model.ts';

/** Whether two lists hold the same codes and titles in the same order: what crosses a worker's boundary is a copy. */
export function isSameList(a: OccupationList, b: OccupationList): boolean {
  return (
    a === b ||
    (a.occupations.length === b.occupations.length &&
      a.occupations.every(({ code, title }, index) => {
        const other = b.occupations[index];
        return code === other?.code && title === other.title;
      }))
  );
}
