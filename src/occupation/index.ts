/**
 * occupation: the outcomes that every model gives a probability for. PURE: no DOM, no storage, no network.
 *
 * Owns the default list (occ1990dd with two non-work states) with a plain label and everyday examples for each
 * (labels and some examples written here; the others from O*NET 27, CC BY 4.0, USDOL/ETA, and the Census 2022 index), the person's own list, title search, and the
 * `OccupationModel` interface that all models share. Promises: a list's order never changes while it is in use,
 * and codes and titles are unique within it. Probabilities are in list order.
 */
export type * from './model.ts';
export { occ1990dd } from './occ1990dd.ts';
export { labelled, type OccupationLabel } from './labels.ts';
export {
  occupationListByFrequency,
  recodeCareers,
  type FrequencyList,
  type FrequencyListOptions,
} from './frequencyList.ts';
export { maxOccupations, readOccupationList, type OwnListResult } from './ownList.ts';
export { titleMatches, TitleSearch, type FoundTitle, type TitleMatch } from './titleSearch.ts';
export { isSameList } from './sameList.ts';
