import * as v from 'valibot';
import { AppError } from '../platform/index.ts';
import { type AdapterAbout } from './files/card.ts';
import { PanelEncoding } from './records/panelEncoding.ts';
import { stepFieldNames } from './records/stepFields.ts';
import type { OccupationList } from '../occupation/index.ts';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const field = v.picklist(stepFieldNames);

/** What describes a step to the model, and the words that it knows. */
const encoding = v.object({
  fields: v.pipe(v.array(field), v.minLength(1)),
  words: v.record(field, v.array(v.string())),
});

const headConfig = v.object({
  hiddenSize: size,
  occupations: size,
  rank: size,
  alpha: v.pipe(v.number(), v.minValue(0)),
  previousRank: size,
  wholeTitles: v.boolean(),
  baseWeight: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  covariateRows: size,
  covariateFields: size,
});

const stepSizes = { occupations: size, covariateRows: size, covariateFields: size };

const careerConfig = v.object({
  ...stepSizes,
  hiddenSize: size,
  layers: size,
  heads: size,
  intermediateSize: size,
  positions: size,
  ownHistory: v.boolean(),
});

/** The card's `settings` of what is trained on panels: all that is needed to ask it without its panel. */
export const headSettings = v.object({ config: headConfig, encoding });
export const careerSettings = v.object({ config: careerConfig, encoding });
export const logitSettings = v.object({ config: v.object(stepSizes), encoding });
export const bagOfJobsSettings = v.object({
  config: v.object({ ...stepSizes, hiddenSize: size }),
  encoding,
});

const knot = v.tuple([v.number(), v.number()]);

/**
 * Of an average: its weights, whose `models` are names of what came with the language model, `mixture` for the tables, or
 * `language-route`; and the calibration of its P(stay), where it has one.
 */
export const averageSettings = v.object({
  average: v.object({
    format: v.literal('onward-average'),
    version: v.literal(1),
    models: v.pipe(v.array(v.string()), v.minLength(1)),
    gate: v.array(v.array(v.array(v.number()))),
  }),
  stayCalibration: v.optional(
    v.object({
      format: v.literal('onward-stay-calibration'),
      version: v.literal(1),
      knots: v.array(knot),
    }),
  ),
});

type EncodingSettings = v.InferOutput<typeof encoding>;

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

/** Checks a card's settings. Throws `bad-input` that names the first field that is wrong. */
export function settingsOf<Schema extends v.GenericSchema>(
  schema: Schema,
  about: AdapterAbout,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, about.settings);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'settings';
  throw new AppError('bad-input', `The card of ${about.name} is wrong: settings.${path}: ${issue.message}`, {
    field: path,
  });
}
