import { describe, expect, it } from 'vitest';
import { importCareers } from '../../src/career/index.ts';
import { occ1990dd, readOccupationList } from '../../src/occupation/index.ts';

const options = { presentYear: 2026, occupations: occ1990dd.occupations };

/** A text that grows to 10⁹ words where entities are replaced, and one that asks for a file. */
const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`);
const bomb = `<?xml version="1.0"?>
<!DOCTYPE careers [
<!ENTITY a0 "word">
${levels.join('\n')}
<!ENTITY file SYSTEM "file:///etc/passwd">
]>
<careers><title>&a9;</title><title>&file;</title></careers>
`;

// Nothing in the app reads XML, so that entities are letters like any others.
describe('XML', () => {
  it('in place of careers is refused by what is missing in it', () => {
    const { careers, problems } = importCareers({ name: 'careers.xml', content: bomb }, options);
    expect(careers).toEqual([]);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'careers.xml' });
    expect(problems[0].message).toBe('No column holds the year or the start of a job.');
  });

  it('in place of an occupation list is refused', () => {
    const { list, problems } = readOccupationList({ name: 'list.xml', content: bomb });
    expect(list).toBeNull();
    expect(problems.at(-1)).toMatchObject({
      severity: 'error',
      file: 'list.xml',
      message: 'The list has fewer than two usable occupations.',
    });
  });

  it('entities in cells stay as they were typed', () => {
    const content = 'start,end,title\n2001,2003,&a9;\n2004,2005,"<!ENTITY x SYSTEM ""file:///x"">&x;"\n';
    const [career] = importCareers({ name: 'careers.csv', content }, options).careers;
    expect([...new Set(career.observations.map(({ title }) => title))]).toEqual([
      '&a9;',
      '<!ENTITY x SYSTEM "file:///x">&x;',
    ]);
  });
});
