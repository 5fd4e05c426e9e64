import type { CareerHistory } from '../career/index.ts';
import { SeededRandom } from '../platform/index.ts';

/**
 * The tuning people of a training panel: `person_id` mod 10 is 7. Every stop, weight and setting is chosen on
 * them; validation people only report. An id that is no whole number belongs to nobody's tuning people.
 */
export function isTuningPerson(personId: string): boolean {
  return /^\d+$/.test(personId) && personId.endsWith('7');
}

/** Training people in the order given, cut into those that fit and those that choose. */
export function splitTuning(histories: readonly CareerHistory[]): {
  fitting: CareerHistory[];
  tuning: CareerHistory[];
} {
  return {
    fitting: histories.filter((history) => !isTuningPerson(history.personId)),
    tuning: histories.filter((history) => isTuningPerson(history.personId)),
  };
}

export interface PeopleSplit {
  train: CareerHistory[];
  validation: CareerHistory[];
  test: CareerHistory[];
}

/**
 * Splits whole people, never their years. A person's part depends on the seed and the own id only, so that
 * adding people to a panel moves nobody. Shares are therefore met on average, not exactly.
 */
export function splitPeople(
  histories: readonly CareerHistory[],
  {
    seed,
    validationShare = 0.1,
    testShare = 0.2,
  }: { seed: number | string; validationShare?: number; testShare?: number },
): PeopleSplit {
  const root = new SeededRandom(seed);
  const split: PeopleSplit = { train: [], validation: [], test: [] };
  for (const history of histories) {
    const draw = root.split(history.personId).uniform();
    if (draw < testShare) split.test.push(history);
    else if (draw < testShare + validationShare) split.validation.push(history);
    else split.train.push(history);
  }
  return split;
}
