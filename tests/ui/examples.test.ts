import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinText, textifyPrompt } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { parseExampleAnswers, parseExamples } from '../../src/ui/example/exampleFile.ts';
import { precomputedAnswer } from '../../src/ui/example/precomputed.ts';

const examples = parseExamples(JSON.parse(readFileSync('public/examples/examples.json', 'utf8')));
const codes = occ1990dd.occupations.map(({ code }) => code);

describe('the shipped examples', () => {
  it('use titles of the list, in order of years, before the step that is asked', () => {
    const titles = new Map(occ1990dd.occupations.map(({ code, title }) => [code, title]));
    for (const { history, next } of examples) {
      const years = history.observations.map(({ year }) => year);
      expect(years).toEqual([...new Set(years)].sort());
      expect(next.year).toBeGreaterThan(years.at(-1) ?? 0);
      for (const step of history.observations) expect(titles.get(step.occupationCode ?? '')).toBe(step.title);
    }
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  });
});

describe('precomputed answers', () => {
  const example = examples[0];
  if (!example) throw new Error('there is no example');
  const { history, next } = example;
  const file = (prompt: string, raw = codes.map(() => 0.002)) => ({
    format: 'onward-example-answers-1',
    model: { name: 'onward-3m', revision: 'r1' },
    list: 'occ1990dd',
    codes,
    answers: [{ example: example.id, prompt, raw }],
  });
  const prompt = joinText(textifyPrompt(history, next));

  it('are shown with their own text only, renormalised and labelled with the model', () => {
    const answers = parseExampleAnswers(file(prompt));
    const answer = precomputedAnswer(answers, history, next, occ1990dd);
    expect(answer?.validMass).toBeCloseTo(0.002 * 333, 12);
    expect(answer?.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(answer?.origin).toEqual({ kind: 'precomputed', model: 'onward-3m' });
    expect(precomputedAnswer(answers, history, { ...next, year: next.year + 1 }, occ1990dd)).toBeNull();
    expect(precomputedAnswer(answers, history, next, { ...occ1990dd, name: 'mine' })).toBeNull();
  });

  it('are refused where a probability is missing or impossible', () => {
    expect(() => parseExampleAnswers(file(prompt, [0.1]))).toThrow('incomplete');
    expect(() =>
      parseExampleAnswers(
        file(
          prompt,
          codes.map(() => 1.5),
        ),
      ),
    ).toThrow();
  });
});
