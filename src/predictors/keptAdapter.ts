import { type Adapter, type AdapterFiles, type Expectations, importAdapter } from './files/adapterFile.ts';
import { careerParameters } from './career/careerConfig.ts';
import { headParameters } from './head/headConfig.ts';
import { peftFileNames } from './lora/peft.ts';
import { AppError } from '../platform/index.ts';
import type { AdapterFileSet } from '../storage/index.ts';
import { adapterFileNames } from './adapters.ts';
import { careerSettings, headSettings, settingsOf } from './adapterSettings.ts';
import { formOf } from './records/stepRuns.ts';

/** The tensors that a card promises. */
export const promisedTensors: NonNullable<Expectations['parameters']> = (about) => {
  switch (about.kind) {
    case 'head':
      return headParameters(settingsOf(headSettings, about).config);
    case 'career':
      return careerParameters(settingsOf(careerSettings, about).config);
    case 'average':
      return [];
    case 'logit':
    case 'bag-of-jobs':
      return formOf({ about }).parameters;
    case 'lora':
      throw new AppError('bad-input', `A ${about.kind} cannot be read from these files.`);
  }
};

/** Finds the two files among those given, whatever they are called; a LoRA that is carried along is passed over. Throws `bad-input` where one is missing. */
export function weightsAndCard(files: AdapterFileSet): AdapterFiles {
  const carried: readonly string[] = Object.values(peftFileNames);
  const own = files.filter(({ name }) => !carried.includes(name));
  const weights = own.find(({ name }) => name.endsWith('.safetensors'))?.content;
  const card = own.find(({ name }) => name.endsWith('.json'))?.content;
  if (!weights || !card)
    throw new AppError(
      'bad-input',
      `An adapter is two files: weights (${adapterFileNames.weights}) and a card (${adapterFileNames.card}). The ${weights ? 'card' : 'weights file'} is missing.`,
    );
  return { weights, card: new TextDecoder().decode(card) };
}

/** Reads an adapter and holds it against what is here. Throws `bad-input` that says exactly what does not fit. */
export function readKeptAdapter(
  { files }: { files: AdapterFileSet },
  expectations: Expectations = {},
): Promise<Adapter> {
  return importAdapter(weightsAndCard(files), { ...expectations, parameters: promisedTensors });
}
