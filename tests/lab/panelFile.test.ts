import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPanelFile } from '../../src/lab/panelFile.ts';

const header = 'person_id,year,education,occupation_code,occupation_title';
const panel = `${header}\n1,2001,bachelor's degree,313,Secretaries\n1,2002,,in_school,In school\n2,2001,,313,Secretaries\n`;

let folder: string;
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onward-panel-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('readPanelFile', () => {
  it('reads a panel', async () => {
    const people = await readPanelFile(file('panel.csv', panel));
    expect(people.map(({ personId, observations }) => [personId, observations.length])).toEqual([
      ['1', 2],
      ['2', 1],
    ]);
  });

  it('reads it packed, whatever its name', async () => {
    const plain = await readPanelFile(file('panel.csv', panel));
    expect(await readPanelFile(file('packed.csv', gzipSync(panel)))).toEqual(plain);
  });

  it.each([
    ['broken.gz', gzipSync(panel).subarray(0, 30), /broken gzip/],
    ['empty.csv', `${header}\n`, /holds no career/],
    ['columns.csv', 'a,b\n1,2\n', /columns\.csv: No column holds the year/],
    ['people.csv', 'year,title\n2001,Secretaries\n', /no column person_id/],
    ['year.csv', `${header}\n1,soon,,313,Secretaries\n`, /Row 2, column year/],
  ])('says what is wrong with %s', async (name, content, reason) => {
    await expect(readPanelFile(file(name, content))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(readPanelFile(file(name, content))).rejects.toThrow(reason);
  });

  it('reads letters of the encoding that the file is in, and says which it took it for', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const latin1 = Buffer.from(`${header}\n1,2001,,,Café owner\n`, 'latin1');
    const [person] = await readPanelFile(file('latin1.csv', latin1));
    expect(person.observations[0].title).toBe('Café owner');
    expect(told.mock.calls.join()).toContain('Windows-1252');
    told.mockClear();
    const utf16 = Buffer.from(`\uFEFF${header}\n1,2001,,,Café owner\n`, 'utf16le');
    const [same] = await readPanelFile(file('utf16.csv', utf16));
    expect(same.observations[0].title).toBe('Café owner');
    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
  });

  it('says that a file is not there', async () => {
    await expect(readPanelFile(join(folder, 'nothing.csv'))).rejects.toThrow(/there is no such file/);
  });
});
