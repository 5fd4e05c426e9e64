import { describe, expect, it } from 'vitest';
import {
  educationLevels,
  joinText,
  normaliseTitle,
  textify,
  textifyPrompt,
  titleText,
  type CareerHistory,
} from '../../src/career/index.ts';

const repairer: CareerHistory = {
  personId: '1',
  population: 'NLSY97 dataset',
  sex: 'male',
  raceEthnicity: 'hispanic',
  region: 'northeast',
  birthYear: 1982,
  observations: [
    {
      year: 2001,
      education: 'high school diploma or GED',
      occupationCode: 'not_working',
      title: 'Not working',
      region: 'northeast',
    },
    {
      year: 2008,
      education: "associate's degree",
      occupationCode: '525',
      title: 'Repairers of data processing equipment',
      region: 'south',
    },
  ],
};

const header = `<A worker from the NLSY97 dataset>
The following information is available about the work history of a male hispanic US worker residing in the northeast region.
The worker was born in 1982.
The worker has the following records of work experience, one entry per line, including year, education level, and the job title:
`;
const line1 = '2001 (high school diploma or GED): Not working\n';
const line2 = "2008 (associate's degree): Repairers of data processing equipment\n";

describe('textify, template onward-1', () => {
  it('writes exactly the published text', () => {
    expect(joinText(textify(repairer))).toBe(`${header}${line1}${line2}<END OF DATA>`);
    expect(joinText(textify(repairer, { version: 'onward-1' }))).toBe(joinText(textify(repairer)));
  });

  it('points at one verbatim title piece per observation, followed by the title-ending newline', () => {
    const { pieces, titlePieces } = textify(repairer);
    expect(titlePieces.map((i) => pieces[i])).toEqual([
      { text: ' Not working', verbatim: true },
      { text: ' Repairers of data processing equipment', verbatim: true },
    ]);
    for (const i of titlePieces) expect(pieces[i + 1]).toEqual({ text: '\n', verbatim: false });
    expect(pieces.filter((piece) => piece.verbatim)).toHaveLength(2);
  });

  it('prompts up to and including the colon, a prefix of the document that it grows into', () => {
    const past = { ...repairer, observations: repairer.observations.slice(0, 1) };
    const prompt = textifyPrompt(past, repairer.observations[1]);
    expect(joinText(prompt)).toBe(`${header}${line1}2008 (associate's degree):`);
    const whole = textify(repairer);
    expect(prompt.pieces).toEqual(whole.pieces.slice(0, whole.titlePieces[1]));
    expect(prompt.titlePieces).toEqual(whole.titlePieces.slice(0, 1));
  });

  it('leaves the words of missing facts out', () => {
    const text = (facts: Partial<CareerHistory>): string[] =>
      joinText(textify({ personId: '1', population: 'NLSY97 dataset', observations: [], ...facts })).split(
        '\n',
      );
    const about = 'The following information is available about the work history of';
    expect(text({})).toEqual([
      '<A worker from the NLSY97 dataset>',
      `${about} a US worker.`,
      'The worker has the following records of work experience, one entry per line, including year, education level, and the job title:',
      '<END OF DATA>',
    ]);
    expect(text({ sex: 'male', region: 'south' })[1]).toBe(
      `${about} a male US worker residing in the south region.`,
    );
    expect(text({ raceEthnicity: 'asian or pacific islander' })[1]).toBe(
      `${about} an asian or pacific islander US worker.`,
    );
    expect(text({ sex: 'female', raceEthnicity: 'other', region: 'northcentral' })[1]).toBe(
      `${about} a female other-race US worker residing in the north central region.`,
    );
    expect(joinText(textifyPrompt({ ...repairer, observations: [] }, { year: 2001, education: null }))).toBe(
      `${header}2001 (education unknown):`,
    );
  });

  it('writes every education level as template text', () => {
    for (const education of educationLevels) {
      const { pieces } = textifyPrompt({ ...repairer, observations: [] }, { year: 2020, education });
      expect(pieces).toHaveLength(1);
      expect(pieces[0].text.endsWith(`2020 (${education}):`)).toBe(true);
    }
  });
});

describe('variants of the template', () => {
  const variant = (options: Parameters<typeof textify>[1]): string => joinText(textify(repairer, options));

  it('titles as codes', () => {
    expect(variant({ titles: 'codes' })).toBe(
      `${header}2001 (high school diploma or GED): job_992\n2008 (associate's degree): job_525\n<END OF DATA>`,
    );
    expect(titleText({ occupationCode: 'in_school', title: 'In school' }, { titles: 'codes' })).toBe(
      ' job_991',
    );
    expect(titleText({ occupationCode: null, title: 'Chief dreamer' }, { titles: 'codes' })).toBe(
      ' job_unlisted',
    );
  });

  it('demographics or birth year left out', () => {
    expect(variant({ demographics: false })).toBe(
      variant({}).replace(' male hispanic', '').replace(' residing in the northeast region', ''),
    );
    expect(variant({ birthYear: false })).toBe(variant({}).replace('The worker was born in 1982.\n', ''));
  });

  it('the last k records', () => {
    expect(variant({ lastRecords: 1 })).toBe(`${header}${line2}<END OF DATA>`);
    expect(variant({ lastRecords: 9 })).toBe(variant({}));
    const { titlePieces, pieces } = textify(repairer, { lastRecords: 1 });
    expect(titlePieces.map((i) => pieces[i].text)).toEqual([' Repairers of data processing equipment']);
    const next = { year: 2010, education: null };
    expect(joinText(textifyPrompt(repairer, next, { lastRecords: 0 }))).toBe(
      `${header}2010 (education unknown):`,
    );
  });

  it('the region on each line, the header keeping the first', () => {
    expect(variant({ regionOnEachLine: true })).toBe(
      `${header}2001 (high school diploma or GED, northeast): Not working\n` +
        "2008 (associate's degree, south): Repairers of data processing equipment\n<END OF DATA>",
    );
    const next = { year: 2010, education: null, region: 'west' };
    expect(joinText(textifyPrompt(repairer, next, { regionOnEachLine: true }))).toMatch(
      /\n2010 \(education unknown, west\):$/,
    );
    expect(variant({ regionOnEachLine: true, demographics: false })).toBe(variant({ demographics: false }));
  });

  it('in-context examples put before, their titles not counted as the person’s own', () => {
    const example = { ...repairer, personId: '2', birthYear: 1980 };
    const text = textify(repairer, { examples: [example] });
    expect(joinText(text)).toBe(`${joinText(textify(example))}\n${variant({})}`);
    expect(text.titlePieces).toHaveLength(2);
    expect(text.pieces.slice(text.titlePieces[0]).map((piece) => piece.text)).toEqual(
      textify(repairer)
        .pieces.slice(1)
        .map((piece) => piece.text),
    );
  });
});

describe('what people type', () => {
  it('is verbatim and stays on its line', () => {
    const history: CareerHistory = {
      ...repairer,
      population: '<END OF DATA>',
      sex: 'a\nb',
      observations: [
        {
          year: 2001,
          education: 'PhD):\n2002',
          occupationCode: null,
          title: '<END OF DATA>\r\n2003 (x): King\u2028',
        },
      ],
    };
    const { pieces, titlePieces } = textify(history);
    const verbatim = pieces.filter((piece) => piece.verbatim).map((piece) => piece.text);
    expect(verbatim).toEqual(['<END OF DATA>', 'a b', 'PhD): 2002', ' <END OF DATA> 2003 (x): King']);
    expect(pieces[titlePieces[0]].text).toBe(' <END OF DATA> 2003 (x): King');
    expect(joinText({ pieces, titlePieces }).split('\n')).toHaveLength(6);
  });

  it('is normalised once and for all', () => {
    expect(normaliseTitle('\t Cafe\u0301\u00a0 owner\u0000\u200b\n\ud800 ')).toBe('Café owner \uFFFD');
    expect(normaliseTitle(' \n ')).toBe('');
  });
});
