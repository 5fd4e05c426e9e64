import { describe, expect, it } from 'vitest';
import { importCareers } from '../../../src/career/index.ts';

const content = 'year,title\r\n2001,Café owner\r\n';

function utf16(text: string, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), !isBigEndian);
  return bytes;
}

const read = (bytes: Uint8Array): ReturnType<typeof importCareers> =>
  importCareers({ name: 'file', content: bytes }, { presentYear: 2026 });

describe('files in any encoding', () => {
  it.each([
    ['UTF-8', new TextEncoder().encode(content)],
    ['UTF-8 with byte order mark', new TextEncoder().encode(`\uFEFF${content}`)],
    ['UTF-16, little endian', utf16(`\uFEFF${content}`, false)],
    ['UTF-16, big endian', utf16(`\uFEFF${content}`, true)],
    ['UTF-16, little endian, no mark', utf16(content, false)],
    ['UTF-16, big endian, no mark', utf16(content, true)],
  ])('reads %s', (_, bytes) => {
    const { careers, problems } = read(bytes);
    expect(problems).toEqual([]);
    expect(careers[0].observations[0].title).toBe('Café owner');
  });

  it('reads Windows-1252, with a warning', () => {
    const { careers, problems } = read(Uint8Array.from(content, (letter) => letter.charCodeAt(0)));
    expect(careers[0].observations[0].title).toBe('Café owner');
    expect(problems).toMatchObject([{ severity: 'warning', file: 'file' }]);
  });

  it.each([
    ['a spreadsheet', [0x50, 0x4b, 0x03, 0x04, 1, 2], 'CSV'],
    ['gzip', [0x1f, 0x8b, 8, 0], 'pack it again'],
    ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d], 'rows'],
    ['zeros', [1, 0, 0, 0, 7, 0, 0], 'UTF-8'],
  ])('refuses %s with advice', (_, bytes, advice) => {
    const { careers, problems, format } = read(Uint8Array.from(bytes));
    expect([careers, format]).toEqual([[], null]);
    expect(problems).toHaveLength(1);
    expect(problems[0].advice).toContain(advice);
  });
});
