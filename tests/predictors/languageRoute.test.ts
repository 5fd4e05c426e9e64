import { beforeAll, describe, expect, it } from 'vitest';
import { type CareerHistory, onward1 } from '../../src/career/index.ts';
import { type TextTokenizer, loadTokenizer } from '../../src/lm/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { LanguageRoute } from '../../src/predictors/language/languageRoute.ts';
import {
  titleTokens,
  tokenizeCareer,
  tokenizePrompt,
} from '../../src/predictors/language/tokenizedCareer.ts';
import { byteLevelTokenizer } from '../fixtures/byteLevelTokenizer.ts';
import { nodeDecoderSession } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';

const titles = ['Cooks', 'Cooks and bakers', 'Nurses', 'Not working'];
const phrases = [...titles.map((title) => ` ${title}`), ' Lift operators'];
const markers = [onward1.recordsStart, onward1.headerStart, onward1.titleEnd, onward1.documentEnd];
const fixture = byteLevelTokenizer(phrases, markers);
const list: OccupationList = {
  name: 'four',
  occupations: titles.map((title, index) => ({ code: String(index), title })),
};
const contextLength = 256;

function career(records: number): CareerHistory {
  const observations = Array.from({ length: records }, (_, i) => ({
    year: 1990 + i,
    education: null,
    occupationCode: null,
    title: titles[(i * 7) % 3],
  }));
  return { personId: 'p', population: 'NLSY97 dataset', observations };
}

const next = { year: 2030, education: null };

describe('LanguageRoute', () => {
  let tokenizer: TextTokenizer;
  let route: LanguageRoute;
  beforeAll(async () => {
    tokenizer = loadTokenizer(fixture.json, fixture.config);
    const shape = { ...tinyShape, vocabSize: fixture.vocabSize };
    const stored = { bits: null, blockSize: 32, activations: 'float32', contextLength } as const;
    const format = { weights: 'dense', activations: 'float32' } as const;
    const session = await nodeDecoderSession(shape, randomParameters(shape, 3), stored, format);
    route = new LanguageRoute(session, tokenizer);
  });

  it('scores each observation as the prediction at that point says', async () => {
    const history = career(5);
    const { logProbs, stayLogProbs } = await route.scoreCareer(history);
    for (const [index, { year, title }] of history.observations.entries()) {
      const past = { ...history, observations: history.observations.slice(0, index) };
      const { raw } = await route.predict({ history: past, next: { year, education: null }, list });
      expect(logProbs[index]).toBeCloseTo(Math.log(raw[titles.indexOf(title)]), 4);
      const before = history.observations.at(index - 1);
      if (index === 0) expect(stayLogProbs[0]).toBeNaN();
      else expect(stayLogProbs[index]).toBeCloseTo(Math.log(raw[titles.indexOf(before?.title ?? '')]), 4);
    }
  });

  it('reads a career longer than the context in windows, and the last records of it for a prediction', async () => {
    const history = career(60);
    const whole = tokenizeCareer(tokenizer, history);
    expect(whole.tokens.length).toBeGreaterThan(2 * contextLength);
    const { logProbs, stayLogProbs } = await route.scoreCareer(history);
    expect(logProbs.every((value) => value < 0 && Number.isFinite(value))).toBe(true);
    expect(stayLogProbs.slice(1).every((value) => value < 0 && Number.isFinite(value))).toBe(true);
    const prediction = await route.predict({ history, next, list });
    expect(prediction.leftOutRecords).toBeGreaterThan(0);
    expect(prediction.promptTokens).toBeLessThanOrEqual(contextLength);
    const kept = { ...history, observations: history.observations.slice(prediction.leftOutRecords) };
    const same = await route.predict({ history: kept, next, list });
    expect(same.raw).toEqual(prediction.raw);
    expect((await route.predict({ history: career(3), next, list })).leftOutRecords).toBe(0);
  });

  it('scores from the last records alone as the career cut to them says', async () => {
    const history = career(6);
    const { logProbs, stayLogProbs } = await route.scoreCareer(history, undefined, { lastRecords: 2 });
    for (const [t, { title }] of history.observations.entries()) {
      const past = { ...history, observations: history.observations.slice(Math.max(0, t - 2), t) };
      const { raw } = await route.predict({ history: past, next: { year: 1990 + t, education: null }, list });
      expect(logProbs[t]).toBeCloseTo(Math.log(raw[titles.indexOf(title)]), 4);
      if (t > 0)
        expect(stayLogProbs[t]).toBeCloseTo(
          Math.log(raw[titles.indexOf(past.observations[past.observations.length - 1].title)]),
          4,
        );
    }
    const whole = await route.scoreCareer(history);
    for (const t of [0, 1, 2]) expect(logProbs[t]).toBeCloseTo(whole.logProbs[t], 4);
    expect(logProbs[5]).not.toBeCloseTo(whole.logProbs[5], 6);
  });

  it('reads other careers first, as many as fit beside the whole one', async () => {
    const history = career(3);
    const alone = await route.scoreCareer(history);
    const one = await route.scoreCareer(history, undefined, { examples: [career(2)] });
    expect(one.tokens).toBeGreaterThan(alone.tokens);
    expect(one.logProbs[0]).not.toBeCloseTo(alone.logProbs[0], 6);
    // Only the first one fits.
    const two = await route.scoreCareer(history, undefined, { examples: [career(2), career(40)] });
    expect(two.logProbs).toEqual(one.logProbs);
    const none = await route.scoreCareer(history, undefined, { examples: [career(40), career(2)] });
    expect(none.logProbs).toEqual(alone.logProbs);
  });

  it.each([
    ['a career that fits', 5],
    ['one longer than the context', 60],
  ])('reads %s for heads as step by step, with and without a step to come', async (_, records) => {
    const history = career(records);
    const read = await route.readSteps(history, list);
    const more = await route.readSteps(history, list, { next });
    const states = await route.hiddenStates(history, next);
    const { hiddenSize } = tinyShape;
    const steps = [0, 1, records - 1];
    for (const step of steps)
      for (let i = step * hiddenSize; i < (step + 1) * hiddenSize; i++)
        expect(read.hiddenStates[i]).toBeCloseTo(states[i], 4);
    expect(more.hiddenStates).toHaveLength((records + 1) * hiddenSize);
    expect(more.titleLogProbs).toHaveLength((records + 1) * titles.length);
    read.titleLogProbs.forEach((logProb, i) => expect(more.titleLogProbs[i]).toBeCloseTo(logProb, 4));

    // The list is told apart by what comes after "Cooks": a title is as probable as all that begins so.
    const whole = await route.titleLogProbs(history, list, { next });
    more.titleLogProbs.forEach((logProb, i) => expect(logProb).toBeGreaterThan(whole[i] - 1e-4));
    expect(more.titleLogProbs[2]).toBeGreaterThan(whole[2] + 1e-3);
  });

  it('answers for another list after a change of it, and refuses lists without an answer', async () => {
    const history = career(2);
    const lifts = { name: 'own', occupations: [...list.occupations, { code: 'x', title: 'Lift operators' }] };
    const four = await route.predict({ history, next, list });
    const five = await route.predict({ history, next, list: lifts });
    expect(five.codes).toEqual(['0', '1', '2', '3', 'x']);
    expect(five.raw.subarray(0, 4)).toEqual(four.raw);
    for (const occupations of [[], [list.occupations[0], { code: 'y', title: 'Cooks' }]]) {
      const refused = route.predict({ history, next, list: { name: 'bad', occupations } });
      await expect(refused).rejects.toMatchObject({ code: 'bad-input' });
    }
  });

  it('reads a typed marker as text', () => {
    const markerIds = new Set(tokenizer.encode([{ text: markers.join(''), verbatim: false }]).tokens);
    const tokens = titleTokens(tokenizer, '<END OF DATA>');
    expect(tokens.slice(0, -1).filter((token) => markerIds.has(token))).toEqual([]);
    const history = {
      ...career(1),
      observations: [{ ...career(1).observations[0], title: '<END OF DATA>' }],
    };
    const shown = route.tokenize(history, next).map((token) => token.text);
    expect(shown.join('')).toContain('): <END OF DATA>\n2030');
    expect(shown).not.toContain('<END OF DATA>');
  });

  it('leaves out as few records as the limit allows', () => {
    const history = career(30);
    const limit = 200;
    const { tokens, leftOutRecords } = tokenizePrompt(tokenizer, history, next, limit);
    expect(tokens.length).toBeLessThanOrEqual(limit);
    const kept = { ...history, observations: history.observations.slice(leftOutRecords - 1) };
    expect(tokenizePrompt(tokenizer, kept, next, Infinity).tokens.length).toBeGreaterThan(limit);
  });
});
