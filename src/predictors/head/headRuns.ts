import type { CareerHistory } from '../../career/index.ts';
import { type Adapter } from '../files/adapterFile.ts';
import { type HeadCareer } from './headRows.ts';
import { type HeadConfig, headParameters } from './headConfig.ts';
import { HeadModel } from './headModel.ts';
import { HeadTask } from './headTask.ts';
import { measuredBaseWeight } from './baseWeight.ts';
import { PanelEncoding } from '../records/panelEncoding.ts';
import { pathFields } from '../records/stepFields.ts';
import { type TitleLogits, titleLogits } from './titleLogits.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import { fromFloat16, toFloat16 } from '../../onnx/index.ts';
import { AppError, readMessages } from '../../platform/index.ts';
import type { RunRow } from '../../storage/index.ts';
import type { HeadRunSettings } from './kind.ts';
import { titleTokens } from '../language/tokenizedCareer.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningModel, LearningResources, PreparedRun } from '../preparedRun.ts';
import * as v from 'valibot';
import type { AdapterAbout } from '../files/card.ts';
import { checkCarded, readCarded } from '../files/cardedParts.ts';
import { settingsOf, size } from '../files/cardSettings.ts';
import { aboutRun, adapterToKeep, carrying, tensorsOf, thetaOf } from '../files/keptFiles.ts';
import type { Preparation, PredictorParts } from '../kind.ts';
import { encodingOf, encodingSchema, encodingSettings, stepSizes } from '../records/encodingSettings.ts';
import { type AskedModel, RowsModel } from '../askedModel.ts';
import { CareerReadings } from '../language/careerReadings.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import { exampleAnswer, watchedStep } from '../training/watchedStep.ts';
import { PanelStates, type StatesProgress } from './panelStates.ts';
import { peopleBetween } from '../language/routeModel.ts';

/** Lists so short, and told apart by so few nodes, have their titles read at every step, mostly in the pass that is read anyway. */
const readTitles = { mostOccupations: 128, mostNodes: 64 };

const headSettings = v.object({
  config: v.object({
    ...stepSizes,
    hiddenSize: size,
    rank: size,
    alpha: v.pipe(v.number(), v.minValue(0)),
    previousRank: size,
    wholeTitles: v.boolean(),
    baseWeight: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  }),
  encoding: encodingSchema,
});

const parameters = (about: AdapterAbout) => headParameters(settingsOf(headSettings, about).config);

export const headParts: PredictorParts<HeadRunSettings> = {
  parameters,
  check: checkCarded(parameters),
  /** On a tuned language model, what is kept carries what tuned it. */
  async prepare(run, settings, panel, place) {
    if (settings.tuned === null) return prepareHead(run, settings, panel, place);
    const tuned = await place.tunedBy(settings.tuned);
    try {
      const prepared = await prepareHead(run, settings, panel, { ...place, resources: tuned.resources });
      return {
        ...prepared,
        adapter: async (row, best) => carrying(tuned.files, await prepared.adapter(row, best)),
      };
    } finally {
      // Hidden states are read; training needs the language model no more.
      await tuned.dispose();
    }
  },
  async open(files, place) {
    const adapter = await readCarded(files, parameters, place);
    const tuned = await place.tuned(files);
    try {
      const model = await openHead(adapter, (tuned ?? place).resources);
      return { model, dispose: () => tuned?.dispose() ?? Promise.resolve() };
    } catch (error) {
      await tuned?.dispose();
      throw error;
    }
  },
};

/** An occupation head on the language model as it is, on a panel's fitting people. */
async function prepareHead(
  run: RunRow,
  settings: HeadRunSettings,
  panel: OpenPanel,
  { resources, store, onHiddenStates, onTitles, signal }: Preparation,
): Promise<PreparedRun> {
  const progress = { onRead: onHiddenStates, onTitles, signal };
  const { list } = panel.row.list;
  const { fitting, tuning } = panel.people;
  const language = await resources.languageModel(progress.signal);
  const runner = await resources.runner(progress.signal);
  const encoding = PanelEncoding.of(fitting, list, pathFields);
  const { rank, alpha, previousRank, baseWeight } = settings;
  const largest: HeadConfig = {
    hiddenSize: language.hiddenSize,
    occupations: list.occupations.length,
    rank,
    alpha,
    previousRank,
    baseWeight,
    wholeTitles:
      list.occupations.length <= readTitles.mostOccupations &&
      language.route.decisiveNodes(list) <= readTitles.mostNodes,
    covariateRows: encoding.covariateRows,
    covariateFields: encoding.fields.length,
  };
  const reader = new HeadReader(language, encoding, largest.wholeTitles);
  const people = [...fitting, ...tuning];
  const states = new PanelStates(store, panel, language, largest.wholeTitles ? list : null);
  const read = await states.read(people, progress);
  const careers = await reader.careers(people, { onRead: progress.onTitles, signal: progress.signal });
  const titles = listTitles(language, list);
  const weight = await measuredBaseWeight(largest, careers.slice(fitting.length), titles, runner);
  const config = { ...largest, baseWeight: weight };
  const { name, revision } = language.report;
  const task = new HeadTask(
    config,
    careers.slice(0, fitting.length),
    careers.slice(fitting.length),
    titles,
    encoding,
    {
      basis: `${name} ${revision} ${language.tunedBy ?? ''}`,
      seed: settings.seed,
      dropout: settings.dropout,
      batchSize: settings.batchSize,
      optimizer: optimizerOf(settings),
    },
  );
  const watched = watchedStep(tuning, list);
  const { past, next } = watched ?? {};
  const watchedCareer = past && (await reader.careers([past], { next, signal: progress.signal }));
  return {
    task,
    training: trainingOf(settings),
    examples: 'observations',
    bytes: read.reduce((sum, { byteLength }) => sum + byteLength, 16 * task.initialTheta().length),
    async example(theta) {
      if (!watched || !watchedCareer) return null;
      const [rows] = await new HeadModel(config, titles, theta, runner).probabilities(watchedCareer);
      return exampleAnswer(watched, rows.slice(-config.occupations));
    },
    adapter: (row, best) => {
      const card = { config, encoding: encodingSettings(encoding) };
      return adapterToKeep(run.id, {
        about: aboutRun(row, panel, card, { list, baseModel: { name, revision } }),
        tensors: tensorsOf(task.parameters, best),
      });
    },
  };
}

async function openHead(adapter: Adapter, resources: LearningResources): Promise<AskedModel> {
  const { config, encoding: words } = settingsOf(headSettings, adapter.about);
  const encoding = encodingOf(adapter.about, words);
  const language = await resources.languageModel();
  checkBase(adapter, language);
  const reader = new HeadReader(language, encoding, config.wholeTitles);
  const theta = thetaOf(headParameters(config), adapter);
  const titles = listTitles(language, encoding.list);
  const model = new HeadModel(config, titles, theta, await resources.runner());
  return new RowsModel(
    encoding.list,
    async (people, next, signal) => model.probabilities(await reader.careers(people, { next, signal })),
    {
      size: config.hiddenSize,
      read: async (people, signal) =>
        (await reader.careers(people, { signal })).map(({ hiddenStates }) => fromFloat16(hiddenStates)),
    },
  );
}

/** Hidden states of another model mean something else, also where they are as long. */
function checkBase({ about: { baseModel } }: Adapter, { report: { name, revision } }: LearningModel): void {
  if (!baseModel || (baseModel.name === name && baseModel.revision === revision)) return;
  throw new AppError(
    'bad-input',
    `This head reads hidden states of ${baseModel.name} ${baseModel.revision}; in use is ${name} ${revision}. Choose its model first.`,
    { needs: baseModel.name },
  );
}

interface ReadingOptions {
  next?: NextStep | undefined;
  onRead?: StatesProgress['onTitles'];
  signal?: AbortSignal | undefined;
}

/** Careers as heads read them. */
class HeadReader {
  constructor(
    private readonly language: LearningModel,
    private readonly encoding: PanelEncoding,
    private readonly wholeTitles: boolean,
  ) {}

  /** `next` is of one person, whose step to come is one row more; `onRead` hears of people that must be read yet. */
  async careers(
    people: readonly CareerHistory[],
    { next, onRead, signal }: ReadingOptions = {},
  ): Promise<HeadCareer[]> {
    const careers: HeadCareer[] = [];
    for (const person of people) {
      if (careers.length % peopleBetween === 0) await readMessages();
      const isKnown = this.#isKnown(person);
      careers.push(next ? await this.#upTo(person, next, signal) : await this.#career(person, signal));
      if (!isKnown && careers.length % peopleBetween === 0) onRead?.(careers.length, people.length);
    }
    return careers;
  }

  #isKnown(person: CareerHistory): boolean {
    return !this.wholeTitles || CareerReadings.of(this.language).knows(person, this.encoding.list);
  }

  async #career(person: CareerHistory, signal?: AbortSignal): Promise<HeadCareer> {
    const career = this.encoding.encode(person);
    const readings = CareerReadings.of(this.language);
    if (!this.wholeTitles) return { career, hiddenStates: await readings.states(person, signal) };
    const { states, titleLogProbs } = await readings.steps(person, this.encoding.list, signal);
    return { career, hiddenStates: states, titleLogProbs };
  }

  async #upTo(person: CareerHistory, next: NextStep, signal?: AbortSignal): Promise<HeadCareer> {
    const { route } = this.language;
    const career = this.encoding.encode(person, next);
    if (!this.wholeTitles)
      return { career, hiddenStates: toFloat16(await route.hiddenStates(person, next, signal)) };
    const read = await route.readSteps(person, this.encoding.list, { next, signal });
    return { career, hiddenStates: toFloat16(read.hiddenStates), titleLogProbs: read.titleLogProbs };
  }
}

function listTitles({ tokenizer, outputEmbeddings }: LearningModel, list: OccupationList): TitleLogits {
  const titles = list.occupations.map(({ title }) => titleTokens(tokenizer, title));
  return titleLogits(titles, outputEmbeddings);
}
