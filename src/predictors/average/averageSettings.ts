import * as v from 'valibot';

const knot = v.tuple([v.number(), v.number()]);
const text = v.pipe(v.string(), v.minLength(1));

/**
 * What an average's card says besides what any card says. `average.models` are references to its members, in the order of
 * the weights:
 * - the name of a model that came with the language model, `mixture` for the tables that came with it, or `language-route`;
 * - `language-model`: the language model by its titles, as reports ask it;
 * - `tables:NAME`: one of the card's own `tables`;
 * - `sha256:HASH`: a trained or imported model, by the hash of its weights.
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
  /** What the members were called where the average was kept; absent in averages that came with the language model. */
  members: v.optional(v.array(v.object({ reference: text, name: v.string(), kind: text }))),
  /** Fitted tables by name. */
  tables: v.optional(
    v.record(v.string(), v.looseObject({ format: v.literal('onward-baseline'), version: v.literal(1) })),
  ),
});

export const hashPrefix = 'sha256:';
export const tablesPrefix = 'tables:';
