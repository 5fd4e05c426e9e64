/**
 * What an edit of a career costs with all models that ship, in Chromium on the processor:
 *   npx tsx tests/bench/editTime.ts [edits]
 * Prints one JSON object: an edit's time as a multiple of the sum of its distinct models, each asked alone after the same edit
 * with caches as the edit before left them (at most 1.1); and on the page, how long after an edit the first model's new
 * figures, and the last one's, are painted. Fails where a model ran more than once an edit.
 */
import { deepStrictEqual } from 'node:assert';
import { openBenchPage } from './benchPage.ts';
import type { EditFigures } from './edit/edit.worker.ts';

const edits = Number(process.argv[2] ?? 15);
/** One run each: the four records models and heads are graphs, the head reads hidden states, the route reads titles. */
const expectedRuns = { career: 3, head: 1, 'hidden states': 1, 'language route': 1 };

interface OnScreen {
  first: number;
  last: number;
}

const { page, address, close } = await openBenchPage();
try {
  await page.goto(`${address}tests/bench/edit/index.html`);
  await page.waitForFunction(() => 'measureEdits' in globalThis);
  const { all, first, alone, runs } = await page.evaluate(
    (count) =>
      (globalThis as unknown as { measureEdits: (count: number) => Promise<EditFigures> }).measureEdits(
        count,
      ),
    edits,
  );
  deepStrictEqual(runs, expectedRuns);
  const sum = Object.values(alone).reduce((total, each) => total + each, 0);

  await page.goto(address);
  await page.locator('#answer').getByText('Computed here').waitFor({ timeout: 300_000 });
  const onScreen: OnScreen[] = [];
  for (let edit = 0; edit < edits; edit++) onScreen.push(await paintedAfterEdit(2013 + (edit % 2)));
  const median = (of: keyof OnScreen) =>
    onScreen.map((each) => each[of]).sort((a, b) => a - b)[Math.floor(edits / 2)];

  console.log(
    JSON.stringify(
      {
        edits,
        runs,
        milliseconds: { all, firstTold: first, alone, sumAlone: sum },
        multipleOfSum: all / sum,
        onScreen: { firstModel: median('first'), lastModel: median('last') },
      },
      null,
      1,
    ),
  );
} finally {
  await close();
}
process.exit(0);

/** Milliseconds from the change of the year to predict until new figures of the first, and of the last, model are painted. */
async function paintedAfterEdit(year: number): Promise<OnScreen> {
  const input = page.getByRole('group', { name: 'The next step to predict' }).getByLabel('Year');
  const handle = await input.elementHandle();
  if (!handle) throw new Error('The page has no year to predict.');
  return page.evaluate(
    ({ field, value }) =>
      new Promise<{ first: number; last: number }>((resolve) => {
        const rows = () => [...document.querySelectorAll('#answer tbody tr[aria-busy]')];
        const busy = () => rows().filter((row) => row.getAttribute('aria-busy') === 'true').length;
        const began = performance.now();
        let wasBusy = false;
        let first = NaN;
        const look = () => {
          wasBusy ||= busy() === rows().length;
          if (wasBusy && Number.isNaN(first) && busy() < rows().length) first = performance.now() - began;
          if (wasBusy && busy() === 0) resolve({ first, last: performance.now() - began });
          else requestAnimationFrame(look);
        };
        (field as HTMLInputElement).value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(look);
      }),
    { field: handle, value: String(year) },
  );
}
