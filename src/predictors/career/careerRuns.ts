import type { CareerHistory } from '../../career/index.ts';
import { type Adapter } from '../files/adapterFile.ts';
import { CareerModel } from './careerModel.ts';
import { careerParameters } from './careerConfig.ts';
import { CareerTask } from './careerTask.ts';
import { covariateFields, pathFields } from '../records/stepFields.ts';
import { PanelEncoding } from '../records/panelEncoding.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { RunRow } from '../../storage/index.ts';
import type { CareerRunSettings } from './kind.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningResources, PreparedRun } from '../preparedRun.ts';
import * as v from 'valibot';
import type { AdapterAbout } from '../files/card.ts';
import { checkCarded, readCarded } from '../files/cardedParts.ts';
import { settingsOf, size } from '../files/cardSettings.ts';
import { aboutRun, adapterToKeep, tensorsOf, thetaOf } from '../files/keptFiles.ts';
import { readAdapter } from '../files/readAdapter.ts';
import type { PredictorParts } from '../kind.ts';
import { lasting } from '../openedModel.ts';
import { encodingOf, encodingSchema, encodingSettings, stepSizes } from '../records/encodingSettings.ts';
import { RowsModel } from '../askedModel.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import { exampleAnswer, watchedStep } from '../training/watchedStep.ts';

const careerSettings = v.object({
  config: v.object({
    ...stepSizes,
    hiddenSize: size,
    layers: size,
    heads: size,
    intermediateSize: size,
    positions: size,
    ownHistory: v.boolean(),
  }),
  encoding: encodingSchema,
});

const parameters = (about: AdapterAbout) => careerParameters(settingsOf(careerSettings, about).config);

export const careerParts: PredictorParts<CareerRunSettings> = {
  parameters,
  check: checkCarded(parameters),
  async prepare(run, settings, panel, place) {
    const { pretrained: id } = settings;
    const pretrained =
      id === null ? null : await readAdapter(await place.files(id), { kind: 'career', parameters });
    return prepareCareer(run, settings, panel, place.resources, pretrained);
  },
  async open(files, place) {
    const { encoding, config, theta } = careerOf(await readCarded(files, parameters, place));
    const model = new CareerModel(encoding, config, theta, await place.resources.runner());
    return lasting(
      new RowsModel(encoding.list, (people: readonly CareerHistory[], next?: NextStep) =>
        model.probabilities(people.map((person) => encoding.encode(person, next))),
      ),
    );
  },
};

/** Steps with positions of their own: no more than the longest career has, and few enough to be learned. */
const mostPositions = 64;

/** CAREER on a panel's fitting people. */
async function prepareCareer(
  run: RunRow,
  settings: CareerRunSettings,
  panel: OpenPanel,
  resources: LearningResources,
  pretrained: Adapter | null,
): Promise<PreparedRun> {
  const { list } = panel.row.list;
  const { fitting, tuning } = panel.people;
  const encoding = PanelEncoding.of(fitting, list, settings.ownHistory ? pathFields : covariateFields);
  const encoded = (people: readonly CareerHistory[]) => people.map((person) => encoding.encode(person));
  const longest = fitting.reduce((most, { observations }) => Math.max(most, observations.length), 1);
  const task = new CareerTask(
    encoding,
    encoded(fitting),
    encoded(tuning),
    {
      seed: settings.seed,
      hiddenSize: settings.hiddenSize,
      layers: settings.layers,
      heads: settings.heads,
      intermediateSize: settings.intermediateSize,
      positions: Math.min(mostPositions, longest),
      ownHistory: settings.ownHistory,
      dropout: settings.dropout,
      batchSize: settings.batchSize,
      optimizer: optimizerOf(settings),
    },
    pretrained ? careerOf(pretrained) : undefined,
  );
  const runner = await resources.runner();
  const watched = watchedStep(tuning, list);
  const observations = panel.row.parts.fitting.observations + panel.row.parts.tuning.observations;
  return {
    task,
    training: trainingOf(settings),
    examples: 'observations',
    bytes: 4 * (4 * task.initialTheta().length + observations * (2 + encoding.fields.length)),
    async example(theta) {
      if (!watched) return null;
      const model = new CareerModel(encoding, task.config, theta, runner);
      const [rows] = await model.probabilities([encoding.encode(watched.past, watched.next)]);
      return exampleAnswer(watched, rows.slice(-list.occupations.length));
    },
    adapter: (row, best) =>
      adapterToKeep(run.id, {
        about: aboutRun(row, panel, { config: task.config, encoding: encodingSettings(encoding) }, { list }),
        tensors: tensorsOf(task.parameters, best),
      }),
  };
}

/** A trained CAREER with what its numbers mean. */
function careerOf(adapter: Adapter) {
  const { config, encoding: words } = settingsOf(careerSettings, adapter.about);
  const encoding = encodingOf(adapter.about, words);
  return { encoding, config, theta: thetaOf(careerParameters(config), adapter) };
}
