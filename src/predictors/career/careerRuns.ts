import type { CareerHistory } from '../../career/index.ts';
import { type Adapter } from '../files/adapterFile.ts';
import { CareerModel } from './careerModel.ts';
import { careerParameters } from './careerConfig.ts';
import { CareerTask } from './careerTask.ts';
import { covariateFields, pathFields } from '../records/stepFields.ts';
import { PanelEncoding } from '../records/panelEncoding.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { RunRow } from '../../storage/index.ts';
import type { CareerRunSettings } from '../runSettings.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningResources, PreparedRun } from '../preparedRun.ts';
import { aboutRun, adapterToKeep, tensorsOf, thetaOf } from '../adapters.ts';
import { careerSettings, encodingOf, encodingSettings, settingsOf } from '../adapterSettings.ts';
import { type AskedModel, RowsModel } from '../askedModel.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import { exampleAnswer, watchedStep } from '../training/watchedStep.ts';

/** Steps with positions of their own: no more than the longest career has, and few enough to be learned. */
const mostPositions = 64;

/** CAREER on a panel's fitting people. */
export async function prepareCareer(
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
export function careerOf(adapter: Adapter) {
  const { config, encoding: words } = settingsOf(careerSettings, adapter.about);
  const encoding = encodingOf(adapter.about, words);
  return { encoding, config, theta: thetaOf(careerParameters(config), adapter) };
}

export async function openCareer(adapter: Adapter, resources: LearningResources): Promise<AskedModel> {
  const { encoding, config, theta } = careerOf(adapter);
  const model = new CareerModel(encoding, config, theta, await resources.runner());
  return new RowsModel(encoding.list, (people: readonly CareerHistory[], next?: NextStep) =>
    model.probabilities(people.map((person) => encoding.encode(person, next))),
  );
}
