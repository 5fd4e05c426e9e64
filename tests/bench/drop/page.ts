import { connectLearning } from '../../../src/worker/index.ts';
import { checkFigure } from '../oracleCheck.ts';

const transitions = { kind: 'baseline', name: 'transitions' } as const;

export interface DropFigures {
  people: Record<'fitting' | 'tuning' | 'test', number>;
  /** Seconds of each phase, in order. */
  seconds: Record<string, number>;
  total: number;
  epochs: number;
  perplexity: Record<string, number | null>;
}

/** A person-year table, as the page would get it dropped, until its head is trained and measured. */
async function dropToReport(csv: string): Promise<DropFigures> {
  const learning = connectLearning({ models: `${location.origin}/models/`, preference: 'wasm' });
  const seconds: Record<string, number> = {};
  const begin = performance.now();
  let last = begin;
  const passed = (phase: string) => {
    const now = performance.now();
    seconds[phase] = (seconds[phase] ?? 0) + (now - last) / 1000;
    last = now;
  };
  const file = new File([csv], 'careers.csv');
  const { layout } = await learning.openPanel(file);
  if (!layout) throw new Error('The table was not understood.');
  const options = { presentYear: 1988, population: 'NLS Young Women dataset' };
  await learning.inspectPanel(file, layout, options);
  const panel = await learning.addPanel({
    name: 'Young women',
    origin: { kind: 'table', file, layout, options },
    list: { minimumPeople: 10 },
    split: { seed: 1 },
  });
  passed('file read, checked, taken in');
  const settings = await learning.defaultSettings('head', panel.id);
  const run = await learning.createRun({ panel: panel.id, name: 'Head', settings });
  let phase = 'model loaded, device chosen';
  const ended = await learning.trainRun(run.id, (event) => {
    passed(phase);
    if (event.kind === 'preparing') {
      phase = event.done === event.total ? `after ${event.what}` : event.what;
      if (event.done % 100 === 0 || event.done === event.total)
        console.info(`${event.what}: ${event.done} of ${event.total}`);
    } else phase = 'training';
    if (event.kind === 'epoch') console.info(`epoch ${event.epoch + 1}`);
  });
  passed('training');
  const report = await learning.compare({
    panel: panel.id,
    part: 'test',
    models: [
      { name: 'head', model: { kind: 'adapter', id: run.id } },
      { name: 'transitions', model: transitions },
    ],
  });
  passed('report');
  for (const { name, metrics } of report.models) {
    const model = name === 'head' ? ({ kind: 'adapter', id: run.id } as const) : transitions;
    const scores = await learning.scorePanel({ panel: panel.id, part: 'test', model });
    const nlls = scores.flatMap(({ logProbs }) => [...logProbs].filter(Number.isFinite)).map((each) => -each);
    const mean = nlls.reduce((sum, nll) => sum + nll, 0) / nlls.length;
    checkFigure(`The perplexity of ${name}`, metrics.perplexity ?? NaN, Math.exp(mean), 1e-6);
  }
  const { fitting, tuning, test } = panel.parts;
  return {
    people: { fitting: fitting.people, tuning: tuning.people, test: test.people },
    seconds,
    total: (last - begin) / 1000,
    epochs: ended.epochs.length,
    perplexity: Object.fromEntries(report.models.map(({ name, metrics }) => [name, metrics.perplexity])),
  };
}

(globalThis as { dropToReport?: typeof dropToReport }).dropToReport = dropToReport;
