import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importCareers, unpacked } from '../../../src/career/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';

const panel = 'person_id,year,title\n7,2001,Cashiers\n7,2002,Carpenters\n';
const bytesOf = (content: Uint8Array | string) => new Uint8Array(Buffer.from(content));
const { occupations } = occ1990dd;

describe('a compressed file', () => {
  it('reads like the file in it', async () => {
    const content = await unpacked(bytesOf(gzipSync(panel)));
    expect(new TextDecoder().decode(content)).toBe(panel);
    const { careers } = importCareers({ name: 'panel.csv.gz', content }, { presentYear: 2026, occupations });
    expect(careers[0].observations.map(({ title }) => title)).toEqual(['Cashiers', 'Carpenters']);
  });

  it('that is none is left alone', async () => {
    const content = bytesOf(panel);
    expect(await unpacked(content)).toBe(content);
  });

  it('that is cut off is reported, not read in part', async () => {
    const packed = gzipSync(panel.repeat(2000));
    const content = await unpacked(bytesOf(packed.subarray(0, packed.length / 2)));
    const { careers, problems } = importCareers(
      { name: 'panel.csv.gz', content },
      { presentYear: 2026, occupations },
    );
    expect(careers).toEqual([]);
    expect(problems[0].message).toContain('compressed with gzip, but damaged');
  });

  it('that would fill the memory is refused before it does', async () => {
    const bomb = bytesOf(gzipSync(Buffer.alloc(50e6, 65)));
    const content = await unpacked(bomb, 1e6);
    expect(content.length).toBeGreaterThan(1e6);
    expect(content.length).toBeLessThan(2e6);
  });
});
