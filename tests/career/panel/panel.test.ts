import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  formatCareerCsv,
  importCareers,
  inspectPanel,
  openPanel,
  readPanelCareers,
  syntheticCareers,
  SyntheticMarket,
  type CareerHistory,
  type PanelLayout,
  type PanelOptions,
  type PanelSource,
} from '../../../src/career/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';
import { SeededRandom } from '../../../src/platform/index.ts';

const { occupations } = occ1990dd;
const options: PanelOptions = { presentYear: 2026, occupations };
const market = new SyntheticMarket(1, occupations);
const careers = syntheticCareers({ people: 300, seed: 1, market, occupations });
const csv = formatCareerCsv(careers);

const file = (content: string | Uint8Array, name = 'panel.csv') =>
  new File([typeof content === 'string' ? content : new Uint8Array(content)], name);

/** A file that comes in pieces, as files on a disk do. */
function inPieces(content: string | Uint8Array, pieceBytes = 8192): PanelSource {
  const whole = file(content);
  const stream = () =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        const bytes = new Uint8Array(await whole.arrayBuffer());
        for (let at = 0; at < bytes.length; at += pieceBytes) {
          controller.enqueue(bytes.subarray(at, at + pieceBytes));
        }
        controller.close();
      },
    });
  return { size: whole.size, name: whole.name, stream };
}

async function layoutOf(source: PanelSource): Promise<PanelLayout> {
  const { layout, problems } = await openPanel(source);
  if (!layout) throw new Error(problems[0].message);
  return layout;
}

async function inspect(content: string | Uint8Array, changes: Partial<PanelLayout> = {}) {
  const source = file(content);
  return inspectPanel(source, { ...(await layoutOf(source)), ...changes }, options);
}

async function readAll(source: PanelSource, layout: PanelLayout | null, batchSize?: number) {
  const people: CareerHistory[] = [];
  const batches: number[] = [];
  if (!layout) throw new Error('nothing to read');
  for await (const batch of readPanelCareers(source, layout, options, { ...(batchSize && { batchSize }) })) {
    batches.push(batch.length);
    people.push(...batch);
  }
  return { people, batches };
}

/** The same rows in another order, the header still first. */
function scattered(text: string, seed: number): string {
  const [header, ...rows] = text.trimEnd().split('\r\n');
  return [header, ...new SeededRandom(seed).shuffle(rows)].join('\r\n');
}

const byId = (people: readonly CareerHistory[]) =>
  [...people].sort((a, b) => a.personId.localeCompare(b.personId));

describe('a panel read as a stream', () => {
  it('gives the careers that the import of the whole file gives, in batches', async () => {
    const source = inPieces(csv, 997);
    const report = await inspectPanel(source, await layoutOf(source), options);
    const { people, batches } = await readAll(source, report.layout, 128);
    expect(people).toEqual(importCareers({ content: csv }, options).careers);
    expect(people).toEqual(careers);
    expect(batches).toEqual([128, 128, 44]);
    const observations = careers.flatMap((career) => career.observations);
    expect(report).toMatchObject({
      ...{ people: 300, emptyPeople: 0, rows: observations.length, observations: observations.length },
      ...{ unlisted: 0, errors: 0, warnings: 0, problems: [] },
      years: { first: Math.min(...observations.map(({ year }) => year)), last: 2021 },
    });
  });

  it.each([
    ['gzip, whatever its name', new Uint8Array(gzipSync(csv))],
    ['UTF-16', new Uint8Array(Buffer.from(`\uFEFF${csv}`, 'utf16le'))],
    ['tabs', csv.replaceAll(',', '\t').replaceAll('"', '')],
  ])('reads %s', async (_, content) => {
    // Titles with commas are quoted; without them a tab separates as well as a comma.
    const source = inPieces(content, 1001);
    const { layout } = await inspectPanel(source, await layoutOf(source), options);
    const { people } = await readAll(source, layout);
    expect(people.map(({ personId }) => personId)).toEqual(careers.map(({ personId }) => personId));
    if (typeof content !== 'string') expect(people).toEqual(careers);
  });

  it('falls back to Windows-1252 where the bytes further down are no UTF-8', async () => {
    const content = `${'x'.repeat(70_000)},id,year,title\n,1,2001,Café owner\n,2,2002,Caf\u00e9 owner\n`;
    const report = await inspect(Uint8Array.from(content, (letter) => letter.charCodeAt(0)));
    expect(report.layout?.encoding).toBe('windows-1252');
    expect(report).toMatchObject({ people: 2, warnings: 1, errors: 0 });
    expect(report.problems[0].kind).toContain('Windows-1252');
  });

  it('takes another meaning of the columns', async () => {
    const report = await inspect('a,b,c,d\nx,1,2001,Cashiers\nx,2,2002,Cashiers\n', {
      mapping: { personId: 1, year: 2, title: 3 },
    });
    expect(report).toMatchObject({ people: 2, observations: 2, unlisted: 0 });
  });

  it('tells without any row read that no column holds the years', async () => {
    const report = await inspect(csv, { mapping: { personId: 0 } });
    expect(report).toMatchObject({ layout: null, rows: 0, errors: 2 });
  });
});

describe('rows of people that do not stand together', () => {
  it('are gathered, to the same careers', async () => {
    const source = file(scattered(csv, 2));
    const opened = await layoutOf(source);
    expect(opened.isGrouped).toBe(true);
    const report = await inspectPanel(source, opened, options);
    expect(report.layout?.isGrouped).toBe(false);
    expect(report).toMatchObject({ people: 300, errors: 0, warnings: 0 });
    const { people } = await readAll(source, report.layout);
    // The header's region is that of the first year, so the order of rows does not matter.
    expect(byId(people)).toEqual(byId(careers));
  });

  it('are refused where the report was made on another file', async () => {
    const layout = await layoutOf(file(csv));
    await expect(readAll(file(scattered(csv, 2)), layout)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('the report of a panel', () => {
  const header = 'person_id,sex,year,education,occupation_title\n';

  it('counts every problem by kind and column, and shows the first of each', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) =>
      i % 10 === 3 ? `${i},female,year ${i},GED,Cashiers` : `${i},female,2001,Clown school,Cashiers`,
    );
    const report = await inspect(`${header}${rows.join('\n')}\n,male,2001,GED,Cashiers\n1,2,3,4,5,6\n`);
    expect(report).toMatchObject({ rows: 1002, people: 900, emptyPeople: 100, errors: 102, warnings: 900 });
    expect(report.problems.map(({ count, column, kind }) => [count, column, kind])).toEqual([
      [100, 'year', '“…” is not a year.'],
      [1, 'person_id', 'The person is missing.'],
      [1, undefined, 'The row has N cells, the header has N.'],
      [900, 'education', '“…” is no education level that the model learned; it is passed on as written.'],
    ]);
    const [years, , , education] = report.problems;
    expect(years.examples.map(({ row, message }) => [row, message.split(' is')[0]])).toEqual([
      [5, '“year 3”'],
      [15, '“year 13”'],
      [25, '“year 23”'],
      [35, '“year 33”'],
      [45, '“year 43”'],
    ]);
    // One value, one example; the count is of all its rows.
    expect(education.examples).toHaveLength(1);
    expect(years.examples[0].file).toBe('panel.csv');
  });

  it('is the same whether people stand together or not, but for the order of problems', async () => {
    const broken = `${header}1,female,2001,GED,Cashiers\n1,male,2001,GED,\n2,,soon,GED,X\n2,,2002,GED,Y\n,,1,,\n`;
    const together = await inspect(broken);
    const apart = await inspect(broken, { isGrouped: false });
    expect(apart).toMatchObject({
      rows: together.rows,
      errors: together.errors,
      warnings: together.warnings,
    });
    const kinds = (report: typeof apart) =>
      report.problems.map(({ kind, count }) => `${count} ${kind}`).sort();
    expect(kinds(apart)).toEqual(kinds(together));
    expect(together.errors).toBe(3);
  });

  it('tells what cannot be read at all, and gives no layout', async () => {
    for (const content of ['', '\n\n', '{"format":"onward-careers"}', '%PDF-1.4', 'a\0b,c\n1,2']) {
      const { layout, problems } = await openPanel(file(content));
      expect([layout, problems.length]).toEqual([null, 1]);
    }
    const packed = new Uint8Array(gzipSync(csv));
    const { problems } = await openPanel(file(packed.subarray(0, 20)));
    expect(problems[0].message).toContain('damaged');
    const cut = file(packed.subarray(0, packed.length - 100));
    const report = await inspectPanel(cut, await layoutOf(cut), options);
    expect(report.layout).toBeNull();
    expect(report.problems.at(0)).toMatchObject({ count: 1, severity: 'error' });
  });
});

describe('progress of a panel', () => {
  it.each([
    ['people together', csv],
    ['people apart', scattered(csv, 3)],
    [
      'no UTF-8',
      Uint8Array.from(`${csv}S301,synthetic dataset,,,,2001,,,Caf\u00e9,`, (c) => c.charCodeAt(0)),
    ],
  ])('never goes back, and ends at the size: %s', async (_, content) => {
    const source = inPieces(content);
    const seen: [number, number][] = [];
    const onProgress = (done: number, total: number): void => void seen.push([done, total]);
    await inspectPanel(source, await layoutOf(source), options, { onProgress });
    expect(seen.length).toBeGreaterThan(20);
    expect(
      seen.every(([done, total], i) => total === source.size && (i === 0 || done > seen[i - 1][0])),
    ).toBe(true);
    expect(seen.at(-1)).toEqual([source.size, source.size]);
  });

  it('stops when told to, and lets go of the file', async () => {
    const controller = new AbortController();
    let isCancelled = false;
    const endless: PanelSource = {
      size: 1e9,
      stream: () =>
        new ReadableStream({
          pull(stream) {
            stream.enqueue(new TextEncoder().encode(csv.slice(csv.indexOf('\n') + 1)));
          },
          cancel() {
            isCancelled = true;
          },
        }),
    };
    const layout = await layoutOf(file(csv));
    const reading = inspectPanel(endless, { ...layout, isGrouped: false }, options, {
      signal: controller.signal,
      onProgress: (done) => {
        if (done > 1e6) controller.abort();
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    expect(isCancelled).toBe(true);
  });
});
