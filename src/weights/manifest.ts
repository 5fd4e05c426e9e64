import * as v from 'valibot';
import { AppError } from '../platform/index.ts';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a sha-256 in lower-case hex'));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(1));
const year = v.pipe(v.number(), v.integer());

/** A path inside the model folder: forward slashes, and no way to leave the folder or the origin. */
const relativePath = v.pipe(
  v.string(),
  v.regex(/^[\w.-]+(\/[\w.-]+)*$/, 'not a plain relative path'),
  v.check((path) => !path.split('/').some((part) => part === '.' || part === '..'), 'leaves its folder'),
);

const modelManifest = v.pipe(
  v.object({
    name: v.pipe(v.string(), v.minLength(1)),
    revision: v.pipe(v.string(), v.minLength(1)),
    folder: relativePath,
    files: v.pipe(v.array(v.object({ path: relativePath, bytes, sha256 })), v.minLength(1)),
    variants: v.pipe(
      v.array(
        v.object({
          id: v.pipe(v.string(), v.minLength(1)),
          file: relativePath,
          activations: v.picklist(['float32', 'float16']),
          needsF16: v.boolean(),
        }),
      ),
      v.minLength(1),
    ),
    tokenizer: relativePath,
    tokenizerConfig: relativePath,
    config: relativePath,
    /** What was trained on the model and comes with it, the best last: weights and card of each. */
    adapters: v.optional(
      v.array(
        v.object({ name: v.pipe(v.string(), v.minLength(1)), weights: relativePath, card: relativePath }),
      ),
      [],
    ),
    template: v.pipe(v.string(), v.minLength(1)),
    populations: v.array(
      v.object({
        name: v.string(),
        people: v.pipe(v.number(), v.integer()),
        firstYear: year,
        lastYear: year,
      }),
    ),
    figures: v.record(v.string(), v.unknown()),
  }),
  v.check((manifest) => {
    const listed = new Set(manifest.files.map((file) => file.path));
    const named = [manifest.tokenizer, manifest.tokenizerConfig, manifest.config];
    const adapters = manifest.adapters.flatMap(({ weights, card }) => [weights, card]);
    return [...named, ...adapters, ...manifest.variants.map((variant) => variant.file)].every((path) =>
      listed.has(path),
    );
  }, 'names a file that `files` does not list'),
);

/**
 * `models/manifest.json`: the bundled model as the recipe wrote it. Every path is relative to `folder`,
 * which is beside the manifest. `figures` are the recipe's own measurements, for people to read.
 */
export type ModelManifest = v.InferOutput<typeof modelManifest>;
/** One file of the model folder with the hash that its bytes must have. */
export type ModelFile = ModelManifest['files'][number];
/** One quantization of the weights. `needsF16`: runs only on devices with `shader-f16`. */
export type ModelVariant = ModelManifest['variants'][number];

/**
 * Checks what `manifest.json` holds. Throws `AppError('integrity')` that names the first field that is wrong.
 */
export function parseManifest(json: unknown): ModelManifest {
  const result = v.safeParse(modelManifest, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'manifest';
  throw new AppError('integrity', `The model's manifest is broken: ${field}: ${issue.message}`, { field });
}

/** The entry of `path`; throws `AppError('integrity')` where the manifest does not list it. */
export function manifestFile(manifest: ModelManifest, path: string): ModelFile {
  const file = manifest.files.find((entry) => entry.path === path);
  if (file === undefined)
    throw new AppError('integrity', `The model's manifest does not list ${path}`, { path });
  return file;
}
