/**
 * Memory and speed of reading a panel as a stream, in one run:
 *   node --expose-gc --import tsx tests/bench/panelMemory.ts [people] [rowsPerPerson]
 * Reads a panel of `people` (default 100,000 of 20 rows) and one of a tenth of them, each once with people together
 * and once sorted by year, and drops the careers. Prints one JSON object: peak of the live heap above that before,
 * in MB, and the ratio of the large panel's to the small one's; seconds of inspecting, and their ratio to those of
 * cutting the same text into cells alone. Rows are made while they are read; no file and no real person is involved.
 */
import {
  inspectPanel,
  openPanel,
  readPanelCareers,
  type PanelOptions,
  type PanelSource,
} from '../../src/career/index.ts';
import { guessDialect, RowCutter } from '../../src/career/import/rowCutter.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const [people = 100_000, rowsPerPerson = 20] = process.argv.slice(2).map(Number);
const options: PanelOptions = { presentYear: 2026, occupations: occ1990dd.occupations };
const header = 'person_id,sex,birth_year,year,education,occupation_code,occupation_title,weight\n';
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('run with --expose-gc');

function rowOf(person: number, step: number): string {
  const { code, title } = occ1990dd.occupations[(person + (step >> 2)) % occ1990dd.occupations.length];
  return `P${100_000_000 + person},female,1980,${1998 + step},high school diploma or GED,${code},"${title}",${person * 7}\n`;
}

function panel(count: number, isTogether: boolean): PanelSource {
  const rows = count * rowsPerPerson;
  const text = (i: number) =>
    isTogether
      ? rowOf(Math.floor(i / rowsPerPerson), i % rowsPerPerson)
      : rowOf(i % count, Math.floor(i / count));
  const stream = () => {
    let at = 0;
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        let piece = at === 0 ? header : '';
        for (const end = Math.min(rows, at + 500); at < end; at++) piece += text(at);
        controller.enqueue(new TextEncoder().encode(piece));
        if (at === rows) controller.close();
      },
    });
  };
  return { size: rows * 110, name: 'panel.csv', stream };
}

/** Runs `work`, which calls `look` now and then: what lives on the heap then, at most, above the beginning. */
async function peakMegabytes(work: (look: () => void) => Promise<void>): Promise<number> {
  const live = () => {
    collect?.();
    return process.memoryUsage().heapUsed;
  };
  const start = live();
  let peak = start;
  await work(() => {
    peak = Math.max(peak, live());
  });
  return (peak - start) / 2 ** 20;
}

async function layoutOf(source: PanelSource) {
  const { layout } = await openPanel(source);
  if (!layout) throw new Error('no layout');
  return layout;
}

async function memoryOf(count: number, isTogether: boolean): Promise<number> {
  const source = panel(count, isTogether);
  const layout = { ...(await layoutOf(source)), isGrouped: isTogether };
  return peakMegabytes(async (look) => {
    let next = 0;
    const onProgress = (done: number, total: number): void => {
      if (done < next) return;
      next += total / 40;
      look();
    };
    await inspectPanel(source, layout, options, { onProgress });
    let read = 0;
    for await (const careers of readPanelCareers(source, layout, options)) read += careers.length;
    if (read !== count) throw new Error(`${read} people came back of ${count}`);
  });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const small = people / 10;
const megabytes = {
  together: { small: await memoryOf(small, true), large: await memoryOf(people, true) },
  byYear: { small: await memoryOf(small, false), large: await memoryOf(people, false) },
};
const source = panel(small, true);
const layout = await layoutOf(source);
const inspecting = await secondsOf(() => inspectPanel(source, layout, options));
const cutting = await secondsOf(async () => {
  const cutter = new RowCutter(guessDialect(header), { add: () => undefined, addOnce: () => undefined });
  for await (const bytes of source.stream()) cutter.cut(new TextDecoder().decode(bytes));
});
console.log(
  JSON.stringify({
    ...{ people, rowsPerPerson, megabytes },
    largeToSmallTogether: megabytes.together.large / megabytes.together.small,
    largeToSmallByYear: megabytes.byYear.large / megabytes.byYear.small,
    secondsPerMillionRows: (inspecting / (small * rowsPerPerson)) * 1e6,
    inspectingToCutting: inspecting / cutting,
  }),
);
