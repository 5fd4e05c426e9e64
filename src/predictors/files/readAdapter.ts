import { AppError } from '../../platform/index.ts';
import type { AdapterFileSet } from '../../storage/index.ts';
import { type Adapter, type AdapterFiles, type Expectations, importAdapter } from './adapterFile.ts';
import { adapterFileNames, peftFileNames } from './fileNames.ts';

/** The card among files, whatever it is called; that of a LoRA that is carried along is passed over. */
export function cardOf(files: AdapterFileSet): string | null {
  const card = ownFile(files, '.json');
  return card ? new TextDecoder().decode(card) : null;
}

/** Weights and card among files, as `cardOf` finds them. Throws `bad-input` where one is missing. */
export function weightsAndCard(files: AdapterFileSet): AdapterFiles {
  const weights = ownFile(files, '.safetensors');
  const card = cardOf(files);
  if (!weights || !card)
    throw new AppError(
      'bad-input',
      `An adapter is two files: weights (${adapterFileNames.weights}) and a card (${adapterFileNames.card}). The ${weights ? 'card' : 'weights file'} is missing.`,
    );
  return { weights, card };
}

/** Reads weights and card and holds them against what is expected. Throws `bad-input` that says exactly what does not fit. */
export function readAdapter(files: AdapterFileSet, expectations: Expectations = {}): Promise<Adapter> {
  return importAdapter(weightsAndCard(files), expectations);
}

function ownFile(files: AdapterFileSet, ending: string): Uint8Array<ArrayBuffer> | undefined {
  const carried: readonly string[] = Object.values(peftFileNames);
  return files.find(({ name }) => name.endsWith(ending) && !carried.includes(name))?.content;
}
