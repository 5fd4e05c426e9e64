/**
 * `npm run model:adapters`: what ships with the language model, trained on the NLSY97 training people with the page's own
 * code: CAREER as published, CAREER with the own history, a head on the language model, and their average with the
 * mixture of transition tables. Tuning people decide when each stops and what the average weighs; then each is trained
 * once more, as long, on all training people, the tuning people among them, and ships. Validation people are reported
 * on, once a run with `--report`. What was trained before with the same settings is read again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CareerHistory } from '../../src/career/index.ts';
import {
  type BaselineModel,
  evaluate,
  fitAverage,
  fitBaseline,
  fromBaselineFile,
  type ScoredCareer,
  type ShippedBaselines,
} from '../../src/evaluation/index.ts';
import { type Adapter, exportAdapter, fileSet, importAdapter } from '../../src/predictors/files/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import type { StoredSettings } from '../../src/storage/index.ts';
import { type AskedModel, openFiles, type OpenPanel } from '../../src/predictors/models.ts';
import { averageModel } from '../../src/predictors/average/index.ts';
import { tableModel } from '../../src/predictors/tables/index.ts';
import { type AdapterName, adapterSettings, averageMembers, settingsForAll } from './adapterSettings.ts';
import { recipePanel, trainedAdapter } from './adapterTraining.ts';
import { writeAdapterCard } from './adapterCard.ts';
import { modelsFolder, writeAdapters } from './modelFolder.ts';
import { nlsy97, nlsy97Validation } from './populations.ts';
import { openShippedModel } from './shippedModel.ts';
import { shippedResources } from './shippedResources.ts';
import { requireData } from './sources.ts';

requireData();
const { values: options } = parseArgs({ options: { report: { type: 'boolean', default: false } } });
const { training, tuning } = nlsy97();
const resources = await shippedResources();
const everybody = [...training, ...tuning];

interface Trained {
  /** As stored: half precision. */
  readonly adapters: Map<AdapterName, Adapter>;
  /** Those, and the tables. */
  readonly models: Map<string, AskedModel>;
}

type ReportedFigures = { readonly perplexity: number; readonly standardError: number } & Record<
  string,
  number | null
>;

const names = Object.keys(adapterSettings) as AdapterName[];

async function trainAll(
  panel: OpenPanel,
  settingsOf: (name: AdapterName) => StoredSettings,
  mixture: BaselineModel,
): Promise<Trained> {
  const adapters = new Map<AdapterName, Adapter>();
  const models = new Map<string, AskedModel>();
  for (const name of names) {
    const trained = await trainedAdapter(adapterSettings[name].title, settingsOf(name), panel, resources);
    const files = await exportAdapter(trained, { dtype: 'F16' });
    adapters.set(name, await importAdapter(files));
    models.set(name, (await openFiles(fileSet(files), { resources, key: name })).model);
  }
  models.set('mixture', tableModel(mixture, occ1990dd));
  return { adapters, models };
}

const scoresOf = async (models: ReadonlyMap<string, AskedModel>, people: readonly CareerHistory[]) => {
  const scores = new Map<string, ScoredCareer[]>();
  for (const [name, model] of models) scores.set(name, await model.score(people, occ1990dd));
  return scores;
};
const perplexityOf = (people: readonly CareerHistory[], scores: readonly ScoredCareer[]) =>
  evaluate(people, scores, { draws: 0 }).perplexity ?? NaN;
const membersOf = ({ models }: Trained) => averageMembers.flatMap((name) => models.get(name) ?? []);

const chosen = await trainAll(
  recipePanel('NLSY97 training people', training, tuning),
  (name) => adapterSettings[name].settings,
  fitBaseline('mixture', training, occ1990dd),
);
const onTuning = await scoresOf(chosen.models, tuning);
const average = fitAverage(
  averageMembers,
  tuning,
  averageMembers.map((name) => onTuning.get(name) ?? []),
  occ1990dd,
);
chosen.models.set('best', averageModel(average, membersOf(chosen), occ1990dd));
const unpaid = tuning.map(withoutPay);
const tuningFigures: Record<string, number> = {};
const unpaidFigures: Record<string, number> = {};
for (const [name, model] of chosen.models) {
  tuningFigures[name] = perplexityOf(tuning, onTuning.get(name) ?? (await model.score(tuning, occ1990dd)));
  unpaidFigures[name] = perplexityOf(unpaid, await model.score(unpaid, occ1990dd));
}
console.error(JSON.stringify({ tuning: tuningFigures, withoutPay: unpaidFigures }));

const { about: learnedByHead } = chosen.adapters.get('head') ?? fail();
const final = await trainAll(
  recipePanel('All NLSY97 training people', everybody, tuning),
  (name) => settingsForAll(name, chosen.adapters.get(name)?.about.figures.epochs ?? fail()),
  shippedMixture(),
);
final.models.set('best', averageModel(average, membersOf(final), occ1990dd));

/** Cards tell what was measured on people whom the model had not learned from: before it was trained once more. */
const shipped = new Map<string, Adapter>(
  [...final.adapters].map(([name, { about, tensors }]) => {
    const { figures } = chosen.adapters.get(name)?.about ?? fail();
    return [name, { about: { ...about, figures }, tensors }];
  }),
);
shipped.set('best', {
  about: {
    ...learnedByHead,
    kind: 'average',
    name: 'Average of what ships',
    learnedFrom: shipped.get('head')?.about.learnedFrom ?? learnedByHead.learnedFrom,
    settings: { average: average.toFile() },
    figures: { tuningPerplexity: tuningFigures.best },
  },
  tensors: new Map(),
});

const validation = options.report ? await reported() : null;
const { manifest } = await openShippedModel();
const files = new Map<string, Awaited<ReturnType<typeof exportAdapter>>>();
for (const [name, adapter] of shipped) files.set(name, await exportAdapter(adapter, { dtype: 'F16' }));
const figures = new Map(
  Object.entries(tuningFigures).map(([name, perplexity]) => [
    name,
    { tuning: perplexity, tuningWithoutPay: unpaidFigures[name], validation: validation?.[name] ?? null },
  ]),
);
writeAdapters(manifest, files, writeAdapterCard(manifest, shipped, figures));

console.log(
  JSON.stringify(
    { tuning: tuningFigures, withoutPay: unpaidFigures, ...(validation && { validation }) },
    null,
    1,
  ),
);
process.exit(0);

async function reported() {
  const people = nlsy97Validation();
  const reports: Record<string, ReportedFigures> = {};
  for (const [name, scores] of await scoresOf(final.models, people)) {
    const { standardErrors, perplexity, first, stay, moveAuc, moveEce, ...rest } = evaluate(people, scores, {
      draws: 200,
    });
    const standardError = standardErrors.perplexity;
    if (perplexity === null || standardError === null) continue;
    reports[name] = {
      perplexity,
      standardError,
      first,
      stay,
      return: rest.return,
      new: rest.new,
      moveAuc,
      moveEce,
    };
  }
  return reports;
}

/** As careers of people who tell everything but what they were paid. */
function withoutPay(person: CareerHistory): CareerHistory {
  const observations = person.observations.map(({ hourlyWage: _, ...rest }) => rest);
  return { ...person, observations };
}

/** Fitted on all training people. */
function shippedMixture(): BaselineModel {
  const file = readFileSync(join(modelsFolder, 'baselines.json'), 'utf8');
  return fromBaselineFile((JSON.parse(file) as ShippedBaselines).mixture, occ1990dd);
}

function fail(): never {
  throw new Error('Something that ships has not been trained.');
}
