import { baselineNames, fitBaseline } from '../evaluation/index.ts';
import type { BaselineModel, BaselineName } from '../evaluation/index.ts';
import { occ1990dd } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { readPanelFile } from './panelFile.ts';
import { tell } from './stderrProgress.ts';

export function isBaseline(name: string): name is BaselineName {
  return (baselineNames as readonly string[]).includes(name);
}

/** A baseline fitted on the people of a panel. Throws AppError `bad-input` where there is no panel to fit on. */
export async function trainedBaseline(name: BaselineName, train: string | null): Promise<BaselineModel> {
  if (train === null) {
    throw new AppError('bad-input', `${name} learns from people: name their panel with --train PANEL`);
  }
  const people = await readPanelFile(train);
  tell(`Fitting ${name} on ${people.length} people`);
  return fitBaseline(name, people, occ1990dd);
}
