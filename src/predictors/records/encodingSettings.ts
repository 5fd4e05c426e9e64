import * as v from 'valibot';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { AdapterAbout } from '../files/card.ts';
import { size } from '../files/cardSettings.ts';
import { PanelEncoding } from './panelEncoding.ts';
import { stepFieldNames } from './stepFields.ts';

const field = v.picklist(stepFieldNames);

/** What describes a step to the model, and the words that it knows: in the card of everything that reads records. */
export const encodingSchema = v.object({
  fields: v.pipe(v.array(field), v.minLength(1)),
  words: v.record(field, v.array(v.string())),
});

/** Sizes that follow from list and encoding. */
export const stepSizes = { occupations: size, covariateRows: size, covariateFields: size };

type EncodingSettings = v.InferOutput<typeof encodingSchema>;

export function encodingSettings({ fields, words }: PanelEncoding): EncodingSettings {
  return { fields: [...fields], words: { ...words } as EncodingSettings['words'] };
}

/** The encoding that a model was trained with. Throws `bad-input` where the card has no list. */
export function encodingOf(about: AdapterAbout, { fields, words }: EncodingSettings): PanelEncoding {
  return new PanelEncoding(listOf(about), words, fields);
}

/** Throws `bad-input` where the card has none. */
export function listOf({ occupations, name }: AdapterAbout): OccupationList {
  if (!occupations) throw new AppError('bad-input', `The card of ${name} names no occupation list.`);
  return occupations;
}
