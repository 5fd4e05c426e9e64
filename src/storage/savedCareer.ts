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
}

/** A saved career as it lies in the database. */
export interface SavedCareer extends CareerToSave {
  id: string;
  /** Milliseconds since 1970, UTC. */
  savedAt: number;
}

/** One line of the list of saved careers: all but the career itself. */
export interface SavedCareerSummary {
  id: string;
  name: string;
  savedAt: number;
  observations: number;
}
