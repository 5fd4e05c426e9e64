import type { CareerHistory } from '../../career/index.ts';
import { type Adapter } from '../files/adapterFile.ts';
import { bagOfJobsFields, logitFields } from './stepFields.ts';
import { bagOfJobsForm } from '../bagOfJobs/bagOfJobs.ts';
import { logitForm } from '../logit/logit.ts';
import { PanelEncoding } from './panelEncoding.ts';
import { type StepForm } from './stepForm.ts';
import { StepModel } from './stepModel.ts';
import { StepTask } from './stepTask.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { RunRow } from '../../storage/index.ts';
import type { BagOfJobsRunSettings, LogitRunSettings } from '../runSettings.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningResources, PreparedRun } from '../preparedRun.ts';
import { aboutRun, adapterToKeep, tensorsOf, thetaOf } from '../adapters.ts';
import {
  bagOfJobsSettings,
  encodingOf,
  encodingSettings,
  logitSettings,
  settingsOf,
} from '../adapterSettings.ts';
import { type AskedModel, RowsModel } from '../askedModel.ts';
import { optimizerOf, trainingOf } from '../training/gradientSettings.ts';
import { exampleAnswer, watchedStep } from '../training/watchedStep.ts';

/** A multinomial logit, or a bag of jobs, on a panel's fitting people. */
export async function prepareSteps(
  run: RunRow,
  settings: LogitRunSettings | BagOfJobsRunSettings,
  panel: OpenPanel,
  resources: LearningResources,
): Promise<PreparedRun> {
  const { list } = panel.row.list;
  const { fitting, tuning } = panel.people;
  const isLogit = settings.kind === 'logit';
  const encoding = PanelEncoding.of(fitting, list, isLogit ? logitFields : bagOfJobsFields);
  const encoded = (people: readonly CareerHistory[]) => people.map((person) => encoding.encode(person));
  const sizes = {
    occupations: list.occupations.length,
    covariateRows: encoding.covariateRows,
    covariateFields: encoding.fields.length,
  };
  const config = isLogit ? sizes : { ...sizes, hiddenSize: settings.hiddenSize };
  const form = 'hiddenSize' in config ? bagOfJobsForm(config) : logitForm(config);
  const task = new StepTask(form, encoding, encoded(fitting), encoded(tuning), {
    seed: settings.seed,
    dropout: isLogit ? 0 : settings.dropout,
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

/** The form that a card describes. Throws `bad-input` for a card of anything else. */
export function formOf({ about }: Pick<Adapter, 'about'>): StepForm {
  return about.kind === 'logit'
    ? logitForm(settingsOf(logitSettings, about).config)
    : bagOfJobsForm(settingsOf(bagOfJobsSettings, about).config);
}

export async function openSteps(adapter: Adapter, resources: LearningResources): Promise<AskedModel> {
  const schema = adapter.about.kind === 'logit' ? logitSettings : bagOfJobsSettings;
  const encoding = encodingOf(adapter.about, settingsOf(schema, adapter.about).encoding);
  const form = formOf(adapter);
  const model = new StepModel(form, thetaOf(form.parameters, adapter), await resources.runner());
  return new RowsModel(encoding.list, (people: readonly CareerHistory[], next?: NextStep) =>
    model.probabilities(people.map((person) => encoding.encode(person, next))),
  );
}
