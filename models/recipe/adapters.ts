/**
 * `npm run model:adapters`: what ships with the language model, trained on the NLSY97 training people with the page's own
 * code: CAREER as published, CAREER with the own history, a head on the language model, and their average with the
 * mixture of transition tables. Tuning people decide when each stops and what the average weighs; validation people are
 * reported on, once a run with `--report`. What was trained before with the same settings is read again.
 */
import { parseArgs } from 'node:util';
import type { CareerHistory } from '../../src/career/index.ts';
import { evaluate, fitAverage, fitBaseline, type ScoredCareer } from '../../src/evaluation/index.ts';
import { type Adapter, type AdapterAbout, exportAdapter, importAdapter } from '../../src/learning/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import type { AskedModel } from '../../src/worker/learning/models/askedModel.ts';
import { averageModel } from '../../src/worker/learning/models/averageModel.ts';
import { openAdapter } from '../../src/worker/learning/models/openedAdapter.ts';
import { tableModel } from '../../src/worker/learning/models/tableModel.ts';
import { adapterSettings, averageMembers } from './adapterSettings.ts';
import { recipePanel, trainedAdapter } from './adapterTraining.ts';
import { writeAdapters } from './modelFolder.ts';
import { nlsy97, nlsy97Validation } from './populations.ts';
import { openShippedModel } from './shippedModel.ts';
import { shippedResources } from './shippedResources.ts';
import { requireData } from './sources.ts';

requireData();
const { values: options } = parseArgs({ options: { report: { type: 'boolean', default: false } } });
const { training, tuning } = nlsy97();
const resources = await shippedResources();
const panel = recipePanel('NLSY97 training people', training, tuning);

/** As stored: half precision. */
const shipped = new Map<string, Adapter>();
const models = new Map<string, AskedModel>();
for (const [name, { title, settings }] of Object.entries(adapterSettings)) {
  const trained = await trainedAdapter(title, settings, panel, resources);
  const stored = await importAdapter(await exportAdapter(trained, { dtype: 'F16' }));
  shipped.set(name, stored);
  models.set(name, await openAdapter(stored, resources));
}
models.set('mixture', tableModel(fitBaseline('mixture', training, occ1990dd), occ1990dd));

const scoresOf = async (people: readonly CareerHistory[]) => {
  const scores = new Map<string, ScoredCareer[]>();
  for (const [name, model] of models) scores.set(name, await model.score(people, occ1990dd));
  return scores;
};
const perplexityOf = (people: readonly CareerHistory[], scores: readonly ScoredCareer[]) =>
  evaluate(people, scores, { draws: 0 }).perplexity ?? NaN;

const onTuning = await scoresOf(tuning);
const average = fitAverage(
  averageMembers,
  tuning,
  averageMembers.map((name) => onTuning.get(name) ?? []),
  occ1990dd,
);
const members = averageMembers.flatMap((name) => models.get(name) ?? []);
const best = averageModel(average, members, occ1990dd);
const bestOnTuning = await best.score(tuning, occ1990dd);
models.set('best', best);
const about: AdapterAbout = {
  ...(shipped.get('head') ?? fail()).about,
  kind: 'average',
  name: 'Average of what ships',
  settings: { average: average.toFile() },
  figures: { tuningPerplexity: perplexityOf(tuning, bestOnTuning) },
};
shipped.set('best', { about, tensors: new Map() });

const { manifest } = await openShippedModel();
const files = new Map<string, Awaited<ReturnType<typeof exportAdapter>>>();
for (const [name, adapter] of shipped) files.set(name, await exportAdapter(adapter, { dtype: 'F16' }));
writeAdapters(manifest, files);

const tuningFigures = Object.fromEntries(
  [...onTuning, ['best', bestOnTuning] as const].map(([name, scores]) => [
    name,
    perplexityOf(tuning, scores),
  ]),
);
console.log(JSON.stringify({ tuning: tuningFigures, ...(options.report && (await reported())) }, null, 1));
process.exit(0);

async function reported() {
  const people = nlsy97Validation();
  const validation: Record<string, unknown> = {};
  for (const [name, scores] of await scoresOf(people)) {
    const { standardErrors, perplexity, first, stay, moveAuc, moveEce, ...rest } = evaluate(people, scores, {
      draws: 200,
    });
    validation[name] = {
      perplexity,
      standardError: standardErrors.perplexity,
      first,
      stay,
      return: rest.return,
      new: rest.new,
      moveAuc,
      moveEce,
    };
  }
  return { validation };
}

function fail(): never {
  throw new Error('There is no head.');
}
