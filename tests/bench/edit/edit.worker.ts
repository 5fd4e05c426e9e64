import { fromBaselineFile } from '../../../src/evaluation/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';
import { LanguageRoute } from '../../../src/predictors/language/index.ts';
import { tableModel } from '../../../src/predictors/tables/index.ts';
import { GraphRunner } from '../../../src/predictors/training/index.ts';
import { Store } from '../../../src/storage/index.ts';
import { OpenModels } from '../../../src/workbench/answers/openModels.ts';
import { AdapterShelf, Answers, ResourcesOnDemand } from '../../../src/workbench/index.ts';
import { benchCareer, benchStep } from '../../../src/workbench/benchReport/benchCareer.ts';

export interface EditFigures {
  /** Milliseconds, medians. */
  all: number;
  first: number;
  alone: Record<string, number>;
  /** Calls of what computes, during one edit with all that ships. */
  runs: Record<string, number>;
}

/** Counts what is called at the lowest place that all ways lead through, whoever asks. */
const runs: Record<string, number> = {};

function counted<K extends string>(
  prototype: Record<K, unknown>,
  method: K,
  name: (first: unknown) => string,
) {
  const original = prototype[method] as (...args: unknown[]) => unknown;
  prototype[method] = function (this: unknown, ...args: unknown[]) {
    const what = name(args[0]);
    runs[what] = (runs[what] ?? 0) + 1;
    return original.apply(this, args);
  };
}

counted(GraphRunner.prototype, 'run', (key) => String(key).split(' ')[0]);
counted(LanguageRoute.prototype, 'predict', () => 'language route');
counted(LanguageRoute.prototype, 'hiddenStates', () => 'hidden states');

async function measured(edits: number, models: string): Promise<EditFigures> {
  const store = new Store();
  const resources = new ResourcesOnDemand(store, 'bench');
  await resources.replace({ models, preference: 'wasm', choice: null });
  const language = await resources.languageModel();
  const shelf = new AdapterShelf(store);
  const { adapters } = language.report;
  const answers = new Answers(resources, shelf, adapters);
  const list = occ1990dd;
  const edit = (year: number) => ({ history: benchCareer, next: benchStep(year), list });

  // The average asks the others and the tables; it is no model of its own.
  const others = adapters.filter(({ kind }) => kind !== 'average').map(({ id }) => id);
  const open = new OpenModels(resources, shelf);
  const tables = tableModel(fromBaselineFile(await language.mixture(), list), list);
  const modelOf = (id: string) => (id === 'mixture' ? Promise.resolve(tables) : open.model(id));
  const names = ['language-route', ...others, 'mixture'];

  const times = new Map<string, number[]>();
  const timed = async (name: string, work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    times.set(name, [...(times.get(name) ?? []), performance.now() - began]);
  };
  let lastRuns: Record<string, number> = {};
  for (let k = 0; k <= edits; k++) {
    // The first round opens everything and is left out.
    if (k === 1) times.clear();
    await answers.predict(edit(2008));
    for (const key of Object.keys(runs)) runs[key] = 0;
    const began = performance.now();
    let first = NaN;
    await timed('all', () =>
      answers.predict(edit(2009 + (k % 2)), () => {
        if (Number.isNaN(first)) first = performance.now() - began;
      }),
    );
    times.set('first', [...(times.get('first') ?? []), first]);
    lastRuns = { ...runs };
    for (const name of names) {
      await answers.predict(edit(2008));
      const model = await modelOf(name);
      const { history, next } = edit(2009 + (k % 2));
      await timed(name, () => model.predict(history, next, list));
    }
  }
  const median = (name: string) => {
    const sorted = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  };
  return {
    all: median('all'),
    first: median('first'),
    alone: Object.fromEntries(names.map((name) => [name, median(name)])),
    runs: lastRuns,
  };
}

self.addEventListener('message', ({ data }: MessageEvent<{ edits: number; models: string }>) => {
  measured(data.edits, data.models).then(
    (figures) => self.postMessage(figures),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});
