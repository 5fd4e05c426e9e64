import * as v from 'valibot';
import { AppError } from '../platform/index.ts';
import type { ModelDescription, ModelRow } from '../weights/index.ts';

/** The first file of an exported model: what it is, and the hash that every other file must have. */
export const MANIFEST_NAME = 'onward-model.json';
export const MANIFEST_BYTES = 1e6;

const manifest = v.object({
  format: v.literal('onward-model'),
  version: v.literal(1),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(400)),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  revision: v.nullable(v.string()),
  dtype: v.string(),
  licence: v.nullable(v.string()),
  source: v.picklist(['hub', 'disk']),
  files: v.pipe(
    v.array(
      v.object({
        path: v.string(),
        bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      }),
    ),
    v.minLength(1),
  ),
});

export type ExportedManifest = v.InferOutput<typeof manifest>;

export function manifestOf({
  id,
  name,
  revision,
  dtype,
  licence,
  source,
  files,
}: ModelRow): ExportedManifest {
  return { format: 'onward-model', version: 1, id, name, revision, dtype, licence, source, files };
}

/** Throws `AppError('bad-input')` that names the first field that is wrong. */
export function parseModelManifest(text: string): ExportedManifest {
  const result = v.safeParse(manifest, parsedJson(text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the whole';
  throw new AppError('bad-input', `${MANIFEST_NAME} cannot be read: ${field}: ${issue.message}`, { field });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the store is told of a model that came with a manifest. */
export function descriptionOf({ files, ...rest }: ExportedManifest): ModelDescription {
  const { id, name, revision, dtype, licence, source } = rest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { id, name, revision, dtype, licence, source, bytes };
}
