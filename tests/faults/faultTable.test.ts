import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lastingFaults, passingFaults } from '../hub/faultCases.ts';

/** Files whose every test is a fault case. */
const kit = ['browser/faults', 'faults']
  .flatMap((folder) => readdirSync(`tests/${folder}`).map((name) => `${folder}/${name}`))
  .filter((path) => path.endsWith('.test.ts') && !path.endsWith('faultTable.test.ts'));

/** Lists of which a file makes a test each: what the hub does wrong. */
const hubFaults = { passingFaults, lastingFaults };

/** Names of the tests in a file, as they stand in its text or in the lists that it goes through. */
function namesIn(path: string): string[] {
  const text = readFileSync(`tests/${path}`, 'utf8');
  const written = [...text.matchAll(/\bit\(\s*(['"`])(.*?)\1,/gs)].map(([, , name]) => name);
  const listed = Object.entries(hubFaults).flatMap(([list, cases]) => {
    const [, pattern] = new RegExp(`\\bit\\.(?:each|for)\\(${list}\\)\\(\\s*'(.*?)',`, 's').exec(text) ?? [];
    return pattern === undefined ? [] : cases.map(([name]) => pattern.replace('%s', name));
  });
  return [...written, ...listed];
}

/** Rows of the table: fault, phase, promise, and the test as file and name. */
const rows = readFileSync('tests/faults.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([fault, phase, promise, test]) => {
    const [, file, name] = /^`(.+?)`: (.+)$/s.exec(test) ?? [];
    return { fault, phase, promise, file, name };
  });

describe('the table of faults', () => {
  it('has at least forty cases in Chromium, and each says what is promised', () => {
    expect(rows.filter(({ file }) => file.startsWith('browser/')).length).toBeGreaterThanOrEqual(40);
    for (const { fault, phase, promise } of rows)
      for (const cell of [fault, phase, promise]) expect(cell).not.toBe('');
  });

  it('names a test that there is in every row', () => {
    const missing = rows.filter(({ file, name }) => !namesIn(file).includes(name));
    expect(missing.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });

  it('has all that the hub does wrong to a download in the browser', () => {
    const listed = rows
      .filter(({ file }) => file === 'browser/downloads.browser.test.ts')
      .map(({ name }) => name);
    const faults = Object.values(hubFaults).flatMap((cases) => cases.map(([name]) => name));
    expect(faults.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('lacks no test of the kit, and names none twice', () => {
    const listed = rows.map(({ file, name }) => `${file}: ${name}`);
    expect(new Set(listed).size).toBe(listed.length);
    const tests = kit.flatMap((file) => namesIn(file).map((name) => `${file}: ${name}`));
    expect(tests.filter((test) => !listed.includes(test))).toEqual([]);
    expect(kit.every((file) => namesIn(file).length > 0)).toBe(true);
  });
});
