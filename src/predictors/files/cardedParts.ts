import type { Parameter } from '../../onnx/index.ts';
import type { AdapterFileSet } from '../../storage/index.ts';
import type { OpeningPlace, PredictorParts } from '../kind.ts';
import type { Adapter } from './adapterFile.ts';
import type { AdapterAbout } from './card.ts';
import { readAdapter } from './readAdapter.ts';
import { template } from './template.ts';

type Parameters = (about: AdapterAbout) => readonly Parameter[];

/** How a kind whose files are weights and a card holds those from elsewhere against what is here. */
export function checkCarded(parameters: Parameters): PredictorParts<never>['check'] {
  return async (files, _name, { resources }) => {
    const { about } = await readAdapter(files, { parameters });
    if (!about.baseModel) return about;
    const { name, revision } = (await resources.languageModel()).report;
    await readAdapter(files, { baseModel: { name, revision }, template, parameters });
    return about;
  };
}

/** Reads weights and card, as far as what is here says what they must be. */
export function readCarded(
  files: AdapterFileSet,
  parameters: Parameters,
  { expected }: Pick<OpeningPlace, 'expected'>,
): Promise<Adapter> {
  return readAdapter(files, { ...expected, parameters });
}
