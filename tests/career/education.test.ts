import { describe, expect, it } from 'vitest';
import {
  educationLevel,
  educationLevels,
  raceEthnicityValue,
  regionValue,
  sexValue,
} from '../../src/career/index.ts';

describe('educationLevel', () => {
  it('knows its own levels', () => {
    for (const level of educationLevels) expect(educationLevel(level)).toBe(level);
  });

  it.each([
    ['BSc Computer Science', "bachelor's degree"],
    ['B.A.', "bachelor's degree"],
    ['Bachelor’s', "bachelor's degree"],
    ['MBA', "master's degree"],
    ['Master of Arts', "master's degree"],
    ['B.A.; J.D.; M.B.A.', 'doctoral or professional degree'],
    ['PhD', 'doctoral or professional degree'],
    ['A.A.S.', "associate's degree"],
    ['GED', 'high school diploma or GED'],
    ['High School', 'high school diploma or GED'],
    ['some college, no degree', 'high school diploma or GED'],
    ['no high school diploma', 'less than high school'],
    ['Did not finish high school', 'less than high school'],
  ])('reads %s as %s', (text, level) => {
    expect(educationLevel(text)).toBe(level);
  });

  it.each(['', '12 years of school', 'Hogwarts', 'same as above', 'x'.repeat(300)])(
    'gives no level to %s',
    (text) => {
      expect(educationLevel(text)).toBeNull();
    },
  );
});

describe('demographic values', () => {
  it('takes usual words to the values of the template, and keeps others as typed', () => {
    expect(['F', 'Woman', 'male', 'Non-binary '].map(sexValue)).toEqual([
      'female',
      'female',
      'male',
      'Non-binary',
    ]);
    expect(['Black or African American', 'White', 'Inuit'].map(raceEthnicityValue)).toEqual([
      'black',
      'white',
      'Inuit',
    ]);
    expect(['Midwest', 'North Central', 'WEST', ''].map(regionValue)).toEqual([
      'northcentral',
      'northcentral',
      'west',
      '',
    ]);
  });
});
