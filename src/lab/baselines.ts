import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BaselineModel,
  type BaselineName,
  baselineNames,
  fitBaseline,
  fromBaselineFile,
  type ShippedBaselines,
} from '../evaluation/index.ts';
import { occ1990dd } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { readPanelFile } from './panelFile.ts';
import { projectRoot } from './projectRoot.ts';
import { tell } from './stderrProgress.ts';

export function isBaseline(name: string): name is BaselineName {
  return (baselineNames as readonly string[]).includes(name);
}

/**
 * A baseline fitted on the people of a panel; without a panel, the mixture that ships.
 * Throws AppError `bad-input` where there is neither.
 */
export async function trainedBaseline(name: BaselineName, train: string | null): Promise<BaselineModel> {
  if (train === null) return shippedBaseline(name);
  const people = await readPanelFile(train);
  tell(`Fitting ${name} on ${people.length} people`);
  return fitBaseline(name, people, occ1990dd);
}

function shippedBaseline(name: BaselineName): BaselineModel {
  const file = join(projectRoot, 'models/baselines.json');
  if (name !== 'mixture' || !existsSync(file)) {
    throw new AppError('bad-input', `${name} learns from people: name their panel with --train PANEL`);
  }
  const { mixture, population } = JSON.parse(readFileSync(file, 'utf8')) as ShippedBaselines;
  tell(`The mixture that ships, fitted on ${population.people} people (${population.name})`);
  return fromBaselineFile(mixture, occ1990dd);
}
