import type { CareerHistory } from '../career/index.ts';
import type { NextStep } from '../occupation/index.ts';

/** A career that the person asked to keep on this device. */
export interface CareerToSave {
  /** Replaces the saved career of this id; a new one is made up where absent. */
  id?: string;
  name: string;
  history: CareerHistory;
  /** The step that was being asked about. */
  next: NextStep | null;
  /**
   * `savedAt` of the version that this one was made from. Where another tab has saved a later one meanwhile, that one
   * stays, and this one is saved beside it under an id and a name of its own.
   */
  basedOn?: number;
}

/** A saved career as it lies in the database. */
export interface SavedCareer extends Omit<CareerToSave, 'basedOn'> {
  id: string;
  /** Milliseconds since 1970, UTC. */
  savedAt: number;
  /** Of history and next step; absent in rows of earlier releases. */
  sha256?: string;
}

/** A saved career that was read, and whether it is still what was saved. */
export interface LoadedCareer {
  career: SavedCareer;
  isAsSaved: boolean;
}

/** One line of the list of saved careers: all but the career itself. */
export interface SavedCareerSummary {
  id: string;
  name: string;
  savedAt: number;
  observations: number;
}
