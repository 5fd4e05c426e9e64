import { afterAll, describe, expect, inject, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { fitBaseline, pairedDifference, type ScoredCareer, splitPanel } from '../../src/evaluation/index.ts';
import { connect, connectLearning, type ModelReference } from '../../src/worker/index.ts';

const models = `${location.origin}/models/`;
const table = inject('youngWomen');
const isThere = table !== null && (await fetch(`${models}manifest.json`)).ok;
if (table === null)
  console.warn(
    '../shared/data/other-careers is absent: whether a head carries over to other people is not tested.',
  );

/** People of whom the bundled model saw none: ids that end in 7, 8 or 9. */
async function heldOutFile(base64: string): Promise<File> {
  const packed = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const [header, ...rows] = (await new Response(stream).text()).trim().split(/\r?\n/);
  const isHeldOut = (row: string) => /^\d*[789],/.test(row);
  return new File([[header, ...rows.filter(isHeldOut)].join('\n')], 'young-women.csv');
}

/** A split that leaves exactly so many people to learn from: its share is met on average only. */
function seedThatLeaves(count: number, people: readonly CareerHistory[], testShare: number): number {
  for (let seed = 0; seed < 1000; seed++)
    if (people.length - splitPanel(people, { seed, testShare }).test.length === count) return seed;
  throw new Error(`No seed leaves ${count} people.`);
}

const perplexity = (scores: readonly ScoredCareer[]) => {
  const all = scores.flatMap(({ logProbs }) => [...logProbs]);
  return Math.exp(-all.reduce((sum, value) => sum + value, 0) / all.length);
};

describe.skipIf(!isThere)('a head on another population', () => {
  const learning = connectLearning({ models, preference: 'wasm' });
  afterAll(async () => {
    learning.close();
    const cleaner = connect({ models });
    await cleaner.deleteEverything();
    cleaner.close();
  });

  it('of 500 people beats their transition table and the model as it ships, on the others', async () => {
    const file = await heldOutFile(table ?? '');
    const { layout } = await learning.openPanel(file);
    if (!layout) throw new Error('The table was not understood.');
    const options = { presentYear: 1988, population: 'NLS Young Women dataset' };
    const origin = { kind: 'table', file, layout, options } as const;
    // Titles of the file become the list: these 13 groups are in nobody else's taxonomy.
    const list = { minimumPeople: 1, rare: 'leave-out' } as const;
    const all = await learning.addPanel({
      name: 'all',
      origin,
      list,
      split: { seed: 0, testShare: 0, tuningShare: 0 },
    });
    const people = await learning.readPanel(all.id, 'fitting');
    expect(people).toHaveLength(1404);
    const testShare = 904 / 1404;
    const split = { seed: seedThatLeaves(500, people, testShare), testShare };
    const panel = await learning.addPanel({ name: 'Young women', origin, list: all.list, split });
    expect(panel.parts.fitting.people + panel.parts.tuning.people).toBe(500);

    const settings = await learning.defaultSettings('head', panel.id);
    const run = await learning.createRun({ panel: panel.id, name: 'Head', settings });
    await learning.trainRun(run.id, () => undefined);
    const ask = (model: ModelReference) => learning.scorePanel({ panel: panel.id, part: 'test', model });
    const head = await ask({ kind: 'adapter', id: run.id });
    const untuned = await ask({ kind: 'language-route' });
    const learners = [
      ...(await learning.readPanel(panel.id, 'fitting')),
      ...(await learning.readPanel(panel.id, 'tuning')),
    ];
    const test = await learning.readPanel(panel.id, 'test');
    const transitions = fitBaseline('transitions', learners, panel.list.list);
    const counted = test.map((person) => transitions.scoreCareer(person));
    console.info(
      `perplexity on ${test.length} people: head ${perplexity(head).toFixed(3)}, as it ships ${perplexity(untuned).toFixed(3)}, transition table ${perplexity(counted).toFixed(3)}`,
    );
    for (const other of [untuned, counted]) {
      const { difference, standardError } = pairedDifference(test, head, other);
      expect(difference).toBeLessThan(-2 * (standardError ?? Infinity));
    }
  }, 1_200_000);
});
