import * as v from 'valibot';
import { AppError } from '../../platform/index.ts';
import type { AdapterAbout } from './card.ts';

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

/** How many there are of something, as cards have it. */
export const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
