import { SeededRandom } from '../platform/index.ts';
import type { CareerHistory } from './history.ts';
import type { TemplateOptions } from './template.ts';

/**
 * What a model is shown of a career: LABOR-LLM's switches, for models that read text and for those that read tables.
 * `titles` and `examples` matter to text only.
 */
export interface ShownFacts extends Pick<
  TemplateOptions,
  'titles' | 'demographics' | 'birthYear' | 'lastRecords'
> {
  /** Number of other people's whole careers put before the text. Default 0. */
  examples?: number;
}

/** The career without the facts that are not shown; its observations stay. */
export function shownCareer(
  history: CareerHistory,
  { demographics = true, birthYear = true }: ShownFacts,
): CareerHistory {
  const shown = { ...history };
  if (!birthYear) delete shown.birthYear;
  if (demographics) return shown;
  delete shown.sex;
  delete shown.raceEthnicity;
  delete shown.region;
  const observations = history.observations.map((observation) => {
    const bare = { ...observation };
    delete bare.region;
    return bare;
  });
  return { ...shown, observations };
}

/**
 * For each observation the career that its prediction may see: the last k records before it and, last of all, the
 * observation itself. Whoever predicts that last one from the others has a history cut to k records.
 */
export function recentWindows(history: CareerHistory, lastRecords = Infinity): CareerHistory[] {
  return history.observations.map((_, t) => ({
    ...history,
    observations: history.observations.slice(Math.max(0, t - lastRecords), t + 1),
  }));
}

/**
 * Careers to learn from in context: `count` of `people` (training people), none of them the person asked about, and all
 * if there are fewer. The choice depends on the seed and that person only.
 */
export function contextExamples(
  people: readonly CareerHistory[],
  personId: string,
  { count, seed }: { count: number; seed: number | string },
): CareerHistory[] {
  const others = people.filter((each) => each.personId !== personId && each.observations.length > 0);
  const random = new SeededRandom(seed).split(personId);
  const chosen: CareerHistory[] = [];
  while (chosen.length < count && others.length > 0)
    chosen.push(...others.splice(random.integer(others.length), 1));
  return chosen;
}
