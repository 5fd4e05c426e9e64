import { describe, expect, it } from 'vitest';
import { type Answer, languageRoute, rankOccupations, showing } from '../../src/ui/answer/answer.ts';
import { answerCsv, answerJson, answerText } from '../../src/ui/answer/answerRecord.ts';
import { outlook } from '../../src/ui/answer/outlook.ts';
import { certainty, expectedness, inWords, percent } from '../../src/ui/answer/words.ts';

const list = {
  name: 'small',
  occupations: [
    { code: '1', title: 'Cooks' },
    { code: '2', title: '=HYPERLINK("x")' },
    { code: 'in_school', title: 'In school' },
    { code: 'not_working', title: 'Not working' },
  ],
};

function answer(probabilities: number[], previousCode: string | null): Answer {
  const shown = languageRoute(Float64Array.from(probabilities));
  return {
    list,
    probabilities: Float64Array.from(probabilities),
    shown,
    models: [shown],
    raw: Float64Array.from(probabilities, (p) => 0.9 * p),
    validMass: 0.9,
    year: 2012,
    education: null,
    previousCode,
    origin: { kind: 'live', milliseconds: 12 },
  };
}

describe('several models', () => {
  const route = answer([0.5, 0.2, 0.2, 0.1], '1');
  const head = {
    id: 'shipped/head',
    name: 'Head',
    kind: 'head' as const,
    isOlder: false,
    probabilities: Float64Array.of(0.1, 0.2, 0.3, 0.4),
  };
  const both = { ...route, models: [...route.models, head] };

  it('are shown one at a time; one that has not answered leaves the answer as it is', () => {
    expect(showing(both, 'shipped/head')).toMatchObject({ shown: head, probabilities: head.probabilities });
    expect(showing(both, 'shipped/best')).toBe(both);
  });

  it('are all in what is exported', () => {
    const record = {
      history: { personId: 'a', population: 'x', observations: [] },
      answer: showing(both, 'shipped/head'),
      comparison: null,
      model: 'm',
    };
    const [header, first] = answerCsv(record).split('\r\n');
    expect(header).toContain('probability_language_route,probability_shipped_head');
    expect(first).toBe('1,not_working,Not working,Not working,0.4,0.09000000000000001,0.1,0.4');
    const json = JSON.parse(answerJson(record)) as { shown: string; occupations: { byModel: number[] }[] };
    expect(json.shown).toBe('shipped/head');
    expect(json.occupations[0].byModel).toEqual([0.5, 0.1]);
    expect(answerText(record)).toContain('by “Head”');
  });
});

describe('ranking', () => {
  it('puts the most probable first and keeps list order among equals', () => {
    const ranked = rankOccupations(list, Float64Array.of(0.2, 0.5, 0.2, 0.1));
    expect(ranked.map(({ code, rank, index }) => [code, rank, index])).toEqual([
      ['2', 1, 1],
      ['1', 2, 0],
      ['in_school', 3, 2],
      ['not_working', 4, 3],
    ]);
  });
});

describe('outlook', () => {
  const parts = (previousCode: string | null) =>
    outlook(answer([0.5, 0.2, 0.2, 0.1], previousCode)).map(({ kind, probability }) => [
      kind,
      probability.toFixed(2),
    ]);

  it('tells stay, move and leave apart after a job', () => {
    expect(parts('1')).toEqual([
      ['stay', '0.50'],
      ['move', '0.20'],
      ['leave', '0.30'],
    ]);
  });

  it('has no part out of work for a list that knows only jobs', () => {
    const jobs = { name: 'jobs', occupations: list.occupations.slice(0, 2) };
    const kinds = outlook({ ...answer([0.6, 0.4], '1'), list: jobs }).map(({ kind }) => kind);
    expect(kinds).toEqual(['stay', 'move']);
  });

  it('counts work as a move after school, and the other state as leaving', () => {
    expect(parts('in_school')).toEqual([
      ['stay', '0.20'],
      ['move', '0.70'],
      ['leave', '0.10'],
    ]);
  });

  it('has no stay where the state before is not in the list', () => {
    expect(parts(null)).toEqual([
      ['move', '0.70'],
      ['leave', '0.30'],
    ]);
  });
});

describe('words', () => {
  it.each([
    [0.999, 'more than 99 in 100'],
    [0.97, 'about 97 in 100'],
    [0.94, 'about 9 in 10'],
    [0.62, 'about 6 in 10'],
    [0.042, 'about 4 in 100'],
    [0.0042, 'about 4 in 1,000'],
    [0.0001, 'less than 1 in 1,000'],
  ])('%f is %s', (probability, words) => expect(inWords(probability)).toBe(words));

  it.each([
    [1, '100\u202f%'],
    [0.9999, '>99.9\u202f%'],
    [0.616, '62\u202f%'],
    [0.0412, '4.1\u202f%'],
    [0.0001, '<0.1\u202f%'],
    [0, '0\u202f%'],
  ])('%f is written %s', (probability, text) => expect(percent(probability)).toBe(text));

  it('measures how concentrated a distribution is', () => {
    const even = certainty(new Float64Array(8).fill(1 / 8));
    expect(even.effectiveOutcomes).toBeCloseTo(8, 9);
    expect([even.half, even.eightTenths]).toEqual([4, 7]);
    expect(certainty(Float64Array.of(0.8, 0.1, 0.1)).headline).toBe('Quite sure');
    expect(certainty(new Float64Array(333).fill(1 / 333)).headline).toBe('Wide open');
  });

  it('names surprises', () => {
    expect([0.5, 0.1, 0.02, 0.001].map(expectedness)).toEqual([
      'expected',
      'plausible',
      'surprising',
      'very surprising',
    ]);
  });
});

describe('exports', () => {
  const record = {
    history: { personId: '1', population: 'NLSY97 dataset', observations: [] },
    answer: answer([0.5, 0.2, 0.2, 0.1], '1'),
    comparison: { label: 'people', people: 120, probabilities: Float64Array.of(0.1, 0.2, 0.3, 0.4) },
    model: 'onward-3m r1',
  };

  it('writes every occupation into the CSV, with formulas made harmless', () => {
    const lines = answerCsv(record).trim().split(/\r?\n/);
    expect(lines[0]).toBe(
      'rank,occupation_code,occupation_title,occupation_label,probability,raw_probability,table_probability',
    );
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('1,1,Cooks,Cooks,0.5,0.45,0.1');
    expect(lines[2]).toMatch(/^2,2,"'=HYPERLINK/);
  });

  it('writes JSON that holds the career, the model and all probabilities', () => {
    const document: unknown = JSON.parse(answerJson(record));
    expect(document).toMatchObject({
      format: 'onward-answer',
      model: 'onward-3m r1',
      year: 2012,
      validMass: 0.9,
      career: { personId: '1' },
      table: { people: 120 },
    });
    expect(document).toHaveProperty('occupations.3', {
      code: 'not_working',
      title: 'Not working',
      probability: 0.1,
      rawProbability: 0.9 * 0.1,
      tableProbability: 0.4,
    });
  });

  it('writes text for people', () => {
    expect(answerText(record)).toContain('1. Cooks: 50\u202f%');
  });
});

describe('a percentage', () => {
  it.each([
    [0, '0'],
    [0.0009, '<0.1'],
    [0.001, '0.1'],
    [0.0994, '9.9'],
    // Just below 10 it has the digits of what it is rounded to: never 10.0.
    [0.09949, '9.9'],
    [0.0995, '10'],
    [0.0999, '10'],
    [0.1, '10'],
    [0.1049, '10'],
    [0.105, '11'],
    [0.9949, '99'],
    [0.9951, '99.5'],
    [0.9994, '99.9'],
    [0.9995, '>99.9'],
    [1, '100'],
  ])('of %d is %s %%', (probability, words) => {
    expect(percent(probability)).toBe(`${words}\u202f%`);
  });
});
