/** One observed step of a career: what the person did in one year. */
export interface Observation {
  /** Calendar year of the step. */
  year: number;
  /** Education level as words of the template (`educationLevels`), or null where unknown. */
  education: string | null;
  /** Code in the occupation list (occ1990dd by default, or `in_school`, `not_working`); null for a title outside the list. */
  occupationCode: string | null;
  /** The title as text: the list's title for a known code, else what the person typed. */
  title: string;
  /** Region at this step, where the source gives one. */
  region?: string;
  /** Pay of an hour in dollars of the year; absent where it is not known. */
  hourlyWage?: number;
  /** Columns of the source that have no field of their own, kept verbatim. */
  extra?: Readonly<Record<string, string>>;
}

/** A career: fixed facts about a person and one observation per observed year, sorted by year. */
export interface CareerHistory {
  personId: string;
  /** Population the text names in its first line, e.g. `NLSY97 dataset`. */
  population: string;
  sex?: string;
  raceEthnicity?: string;
  /** Region at the first observation; later moves are in `Observation.region`. */
  region?: string;
  birthYear?: number;
  observations: readonly Observation[];
}
