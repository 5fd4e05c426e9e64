import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import type { ExampleAnswer } from './runNews.ts';

/** A person up to the last step, and that step without its occupation. */
export interface LastStep {
  readonly past: CareerHistory;
  readonly next: NextStep;
  /** Position in the list of what happened. */
  readonly observed: number;
}

/**
 * The step to watch while a model learns: the last of the tuning person with the longest career, among those whose last
 * occupation is in the list and is a move, if there is one.
 */
export function watchedStep(people: readonly CareerHistory[], list: OccupationList): LastStep | null {
  const place = new Map(list.occupations.map(({ code }, i) => [code, i]));
  const steps = people.flatMap(({ observations, ...person }): (LastStep & { isMove: boolean })[] => {
    const last = observations.at(-1);
    const observed = place.get(last?.occupationCode ?? '');
    if (last === undefined || observed === undefined) return [];
    const { occupationCode: _code, title: _title, ...next } = last;
    const past = { ...person, observations: observations.slice(0, -1) };
    return [{ past, next, observed, isMove: past.observations.at(-1)?.occupationCode !== _code }];
  });
  const length = ({ past, isMove }: LastStep & { isMove: boolean }) =>
    past.observations.length + (isMove ? 1000 : 0);
  return steps.reduce<(typeof steps)[number] | null>(
    (best, step) => (best && length(best) >= length(step) ? best : step),
    null,
  );
}

/** What a model says about it. */
export function exampleAnswer(
  { past, next, observed }: LastStep,
  probabilities: Float32Array,
): ExampleAnswer {
  return {
    personId: past.personId,
    past: past.observations.map(({ year, title }) => ({ year, title })),
    year: next.year,
    probabilities,
    observed,
  };
}
