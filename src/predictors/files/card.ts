import * as v from 'valibot';
import { AppError, sha256 } from '../../platform/index.ts';
import type { OccupationList } from '../../occupation/index.ts';

const name = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a sha-256 in lower-case hex'));

const about = {
  /** Of a kind of model, which another build may not know. */
  kind: name,
  name,
  /** When it was finished, ISO 8601. */
  date: v.pipe(v.string(), v.isoTimestamp()),
  /** The language model that it stands on; null where it needs none. */
  baseModel: v.nullable(v.object({ name, revision: name })),
  /** Version of the text template; null where no text is read. */
  template: v.nullable(name),
  /** What it predicts; null where any list will do. */
  occupations: v.nullable(
    v.object({ name: v.string(), occupations: v.array(v.object({ code: v.string(), title: v.string() })) }),
  ),
  /** Whom it learned from. */
  learnedFrom: v.object({
    people: count,
    observations: count,
    firstYear: v.nullable(v.pipe(v.number(), v.integer())),
    lastYear: v.nullable(v.pipe(v.number(), v.integer())),
  }),
  settings: v.record(v.string(), v.unknown()),
  seed: v.number(),
  /** Measurements by name, e.g. `tuningPerplexity`. */
  figures: v.record(v.string(), v.number()),
};

const adapterCard = v.object({
  format: v.literal('onward-adapter'),
  version: v.literal(1),
  ...about,
  occupationsSha256: v.nullable(hash),
  weightsSha256: hash,
});

/** Everything that is worth knowing about something trained, besides its numbers. */
export type AdapterAbout = Omit<AdapterCard, 'format' | 'version' | 'occupationsSha256' | 'weightsSha256'>;
/** The JSON file beside the weights; its hashes tie the two, and the occupation list, together. */
export type AdapterCard = v.InferOutput<typeof adapterCard>;

/** The card's text. */
export async function writeCard(adapter: AdapterAbout, weights: Uint8Array<ArrayBuffer>): Promise<string> {
  const card: AdapterCard = {
    format: 'onward-adapter',
    version: 1,
    ...adapter,
    occupationsSha256: adapter.occupations && (await occupationsSha256(adapter.occupations)),
    weightsSha256: await sha256(weights),
  };
  return `${JSON.stringify(card, null, 1)}\n`;
}

/** Throws `bad-input` that names the first field that is wrong. */
export function readCard(text: string): AdapterCard {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AppError('bad-input', 'The adapter’s card is no JSON.');
  }
  const result = v.safeParse(adapterCard, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'card';
  throw new AppError('bad-input', `The adapter’s card is wrong: ${field}: ${issue.message}`, { field });
}

/** Names a list by what is in it: codes and titles, in their order. */
export function occupationsSha256({ occupations }: OccupationList): Promise<string> {
  const content = JSON.stringify(occupations.map(({ code, title }) => [code, title]));
  return sha256(new TextEncoder().encode(content));
}
