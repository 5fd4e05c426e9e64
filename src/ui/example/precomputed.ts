import { joinText, textifyPrompt, type CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import { type Answer, languageRoute } from '../answer/answer.ts';
import type { ExampleAnswers } from './exampleFile.ts';

/**
 * The precomputed answer to a question, labelled with its model. Null where none was computed for exactly this text
 * and this list: an answer is never shown beside a career that it does not belong to.
 */
export function precomputedAnswer(
  file: ExampleAnswers,
  history: CareerHistory,
  next: NextStep,
  list: OccupationList,
): Answer | null {
  const prompt = joinText(textifyPrompt(history, next));
  const stored = file.answers.find((answer) => answer.prompt === prompt);
  const isSameList =
    file.list === list.name &&
    file.codes.length === list.occupations.length &&
    list.occupations.every(({ code }, index) => code === file.codes[index]);
  if (!stored || !isSameList) return null;
  const raw = Float64Array.from(stored.raw);
  const validMass = raw.reduce((sum, p) => sum + p, 0);
  if (!(validMass > 0)) return null;
  const shown = languageRoute(raw.map((p) => p / validMass));
  return {
    list,
    raw,
    probabilities: shown.probabilities,
    shown,
    models: [shown],
    validMass,
    year: next.year,
    education: next.education,
    previousCode: history.observations.at(-1)?.occupationCode ?? null,
    origin: { kind: 'precomputed', model: file.model.name },
  };
}
