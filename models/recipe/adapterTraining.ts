import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CareerHistory } from '../../src/career/index.ts';
import { type Adapter, exportAdapter, importAdapter, readAdapter } from '../../src/predictors/files/index.ts';
import { pathFields } from '../../src/predictors/records/index.ts';
import { TrainingRun } from '../../src/predictors/training/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { type EpochFigures, type RunRow, Store, type StoredSettings } from '../../src/storage/index.ts';
import { type LearningResources, type OpenPanel, prepareRun } from '../../src/predictors/models.ts';
import { modelsFolder } from './modelFolder.ts';

/** Where trained adapters are left, by what they were trained from. */
const keptFolder = join(modelsFolder, '..', '.build', 'adapters');

/** People as the page's training code takes them: all of `training` fit, `tuning` decide, nobody tests. */
export function recipePanel(
  name: string,
  training: readonly CareerHistory[],
  tuning: readonly CareerHistory[],
): OpenPanel {
  const parts = { fitting: counted(training), tuning: counted(tuning), test: counted([]) };
  return {
    row: {
      id: name,
      name,
      people: parts.fitting.people + parts.tuning.people,
      observations: parts.fitting.observations + parts.tuning.observations,
      years: null,
      split: { seed: 0, testShare: 0 },
      parts,
      list: { list: occ1990dd, pooled: null },
      bytes: 0,
      isSynthetic: false,
      optimum: null,
      addedAt: 0,
    },
    people: { fitting: [...training], tuning: [...tuning], test: [] },
    mayBeStored: false,
  };
}

function counted(people: readonly CareerHistory[]): { people: number; observations: number } {
  return {
    people: people.length,
    observations: people.reduce((sum, { observations }) => sum + observations.length, 0),
  };
}

/** Trains it with the page's own code, or reads what an earlier call with the same model, settings and people left. */
export async function trainedAdapter(
  title: string,
  settings: StoredSettings,
  panel: OpenPanel,
  resources: LearningResources,
): Promise<Adapter> {
  const { revision } = (await resources.languageModel()).report;
  const basis = settings.kind === 'career' ? null : revision;
  const key = JSON.stringify([title, basis, settings, panel.row.parts, pathFields]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const [weights, card] = ['safetensors', 'json'].map((ending) => join(keptFolder, `${name}.${ending}`));
  if (!existsSync(card)) {
    const files = await exportAdapter(await train(title, settings, panel, resources));
    mkdirSync(keptFolder, { recursive: true });
    writeFileSync(weights, files.weights);
    writeFileSync(card, files.card);
  }
  return importAdapter({ weights: new Uint8Array(readFileSync(weights)), card: readFileSync(card, 'utf8') });
}

async function train(
  title: string,
  settings: StoredSettings,
  panel: OpenPanel,
  resources: LearningResources,
): Promise<Adapter> {
  const { parts } = panel.row;
  const row: RunRow = {
    id: title,
    name: title,
    notes: '',
    settings,
    panel: {
      id: panel.row.id,
      name: panel.row.name,
      fittingPeople: parts.fitting.people,
      tuningPeople: parts.tuning.people,
    },
    standing: 'open',
    reason: null,
    step: 0,
    totalSteps: 0,
    epochs: [],
    seconds: 0,
    hasAdapter: false,
    createdAt: 0,
    keptAt: null,
  };
  console.error(`${title}: preparing`);
  const prepared = await prepareRun(row, panel, { resources, store: new Store(), tell: () => undefined });
  const run = new TrainingRun(prepared.task, prepared.training, await resources.runner());
  const epochs: EpochFigures[] = [];
  for await (const event of run.events()) {
    if (event.kind === 'step') continue;
    const [trainingPerplexity, tuningPerplexity] = [event.trainingLoss, event.tuningNll].map(Math.exp);
    epochs.push({ epoch: event.epoch, trainingPerplexity, tuningPerplexity });
    console.error(
      `${title}, epoch ${event.epoch + 1}: training ${trainingPerplexity.toFixed(3)}, tuning ${tuningPerplexity.toFixed(4)}`,
    );
  }
  const { best } = await run.checkpoint();
  const { files } = await prepared.adapter({ ...row, epochs }, best);
  run.dispose();
  return readAdapter(files);
}
