import * as v from 'valibot';
import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { AdapterFileSet, RunRow } from '../../storage/index.ts';
import { RowsModel } from '../askedModel.ts';
import type { AdapterAbout } from '../files/card.ts';
import { checkCarded, readCarded } from '../files/cardedParts.ts';
import { settingsOf } from '../files/cardSettings.ts';
import { aboutRun, adapterToKeep, tensorsOf, thetaOf } from '../files/keptFiles.ts';
import type { OpeningPlace, PredictorParts } from '../kind.ts';
import { lasting } from '../openedModel.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { PreparedRun } from '../preparedRun.ts';
import { type GradientSettings, optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import { exampleAnswer, watchedStep } from '../training/watchedStep.ts';
import { encodingOf, encodingSchema, encodingSettings } from './encodingSettings.ts';
import { PanelEncoding } from './panelEncoding.ts';
import type { StepField } from './stepFields.ts';
import type { StepForm, StepSizes } from './stepForm.ts';
import { StepModel } from './stepModel.ts';
import { StepTask } from './stepTask.ts';

type StepRunSettings = GradientSettings & { batchSize: number };

/** What tells one model that is a layer on records from another. `Config`: its sizes, as its card has them. */
export interface StepKind<Settings extends StepRunSettings, Config extends StepSizes> {
  readonly fields: readonly StepField[];
  readonly config: v.GenericSchema<unknown, Config>;
  configOf(sizes: StepSizes, settings: Settings): Config;
  form(config: Config): StepForm;
  dropout(settings: Settings): number;
}

/** Such a model as a kind that is trained, opened and checked. */
export function stepParts<Settings extends StepRunSettings, Config extends StepSizes>(
  kind: StepKind<Settings, Config>,
): PredictorParts<Settings> {
  const cardSchema = v.object({ config: kind.config, encoding: encodingSchema });
  const formOf = (about: AdapterAbout) => kind.form(settingsOf(cardSchema, about).config);
  const parameters = (about: AdapterAbout) => formOf(about).parameters;
  return {
    parameters,
    check: checkCarded(parameters),
    prepare: (run, settings, panel, { resources }) => prepareSteps(kind, run, settings, panel, resources),
    async open(files: AdapterFileSet, place: OpeningPlace) {
      const adapter = await readCarded(files, parameters, place);
      const encoding = encodingOf(adapter.about, settingsOf(cardSchema, adapter.about).encoding);
      const form = formOf(adapter.about);
      const model = new StepModel(form, thetaOf(form.parameters, adapter), await place.resources.runner());
      return lasting(
        new RowsModel(encoding.list, (people: readonly CareerHistory[], next?: NextStep) =>
          model.probabilities(people.map((person) => encoding.encode(person, next))),
        ),
      );
    },
  };
}

async function prepareSteps<Settings extends StepRunSettings, Config extends StepSizes>(
  kind: StepKind<Settings, Config>,
  run: RunRow,
  settings: Settings,
  panel: OpenPanel,
  resources: OpeningPlace['resources'],
): Promise<PreparedRun> {
  const { list } = panel.row.list;
  const { fitting, tuning } = panel.people;
  const encoding = PanelEncoding.of(fitting, list, kind.fields);
  const encoded = (people: readonly CareerHistory[]) => people.map((person) => encoding.encode(person));
  const sizes = {
    occupations: list.occupations.length,
    covariateRows: encoding.covariateRows,
    covariateFields: encoding.fields.length,
  };
  const config = kind.configOf(sizes, settings);
  const form = kind.form(config);
  const task = new StepTask(form, encoding, encoded(fitting), encoded(tuning), {
    seed: settings.seed,
    dropout: kind.dropout(settings),
    batchSize: settings.batchSize,
    optimizer: optimizerOf(settings),
  });
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
      const [rows] = await new StepModel(form, theta, runner).probabilities([
        encoding.encode(watched.past, watched.next),
      ]);
      return exampleAnswer(watched, rows.slice(-list.occupations.length));
    },
    adapter: (row, best) =>
      adapterToKeep(run.id, {
        about: aboutRun(row, panel, { config, encoding: encodingSettings(encoding) }, { list }),
        tensors: tensorsOf(task.parameters, best),
      }),
  };
}
