import { fitAverage, type ScoredCareer } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { OpenPanel } from '../../predictors/models.ts';
import type { Answers } from './armAnswers.ts';

/** The average of all arms that have answered, its weights fitted on the tuning people. */
export function averageAnswers(
  { people: { tuning, test }, row }: OpenPanel,
  answers: ReadonlyMap<string, Answers>,
): Answers {
  const { list } = row.list;
  const names = [...answers.keys()];
  const members = (part: 'tuning' | 'test'): ScoredCareer[][] =>
    [...answers.values()].flatMap((said) => (said[part] ? [said[part]] : []));
  const [onTuning, onTest] = [members('tuning'), members('test')];
  if (onTest.length < 2) throw new AppError('unsupported', 'There are no two models to average.');
  const average = fitAverage(names, tuning, onTuning, list);
  return {
    test: test.map((person, p) =>
      average.score(
        person,
        onTest.map((scores) => scores[p]),
      ),
    ),
  };
}
