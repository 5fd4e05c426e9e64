import * as v from 'valibot';
import { AppError } from '../platform/index.ts';
import { type HubName, listingAddress } from './hubName.ts';
import { type AskOptions, ask, downloadFault } from './hubRequest.ts';
import { type ModelVariantFiles, modelLayout } from './modelLayout.ts';

/** A file as the hub describes it. Large files (LFS) have their SHA-256, the others their git hash. */
export interface HubFile {
  path: string;
  bytes: number;
  sha256: string | null;
  gitSha1: string | null;
}

/** A model at one commit of the hub, and the forms of it that this app can run. */
export interface HubModel {
  repository: string;
  /** As it was asked for. */
  revision: string;
  /** The commit that it is now; downloads stay with it. */
  commit: string;
  licence: string | null;
  /** Whether the owner lets only those in who accepted the terms on the hub. */
  isGated: boolean;
  /** As `config.json` says, e.g. `llama`; null where the hub does not tell. */
  architecture: string | null;
  variants: ModelVariantFiles<HubFile>[];
}

const hex = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${length}}$`)));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Forward slashes, and no way out of the folder. */
const path = v.pipe(
  v.string(),
  v.regex(/^[^\\\0/]+(\/[^\\\0/]+)*$/),
  v.check((text) => !text.split('/').some((part) => part === '.' || part === '..')),
);

const answer = v.object({
  sha: hex(40),
  gated: v.optional(v.union([v.boolean(), v.string()])),
  tags: v.optional(v.array(v.string()), []),
  cardData: v.nullish(v.object({ license: v.optional(v.union([v.string(), v.array(v.string())])) })),
  config: v.nullish(v.object({ model_type: v.optional(v.string()) })),
  siblings: v.array(
    v.object({
      rfilename: path,
      size: v.optional(bytes),
      blobId: v.optional(hex(40)),
      lfs: v.nullish(v.object({ sha256: hex(64), size: bytes })),
    }),
  ),
});

/**
 * Asks the hub what a model is: its commit, its files with exact sizes and hashes, its licence. Throws `AppError`:
 * `download-failed` as any request to the hub, `bad-input` where the repository is no model that this app can run.
 */
export async function hubModel(hub: string, name: HubName, options: AskOptions): Promise<HubModel> {
  const url = listingAddress(hub, name);
  const response = await ask(url, name.repository, options);
  const parsed = v.safeParse(answer, await response.json().catch(() => null));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? 'the answer';
    throw downloadFault('server', `The hub’s description of ${name.repository} cannot be read (${place})`, {
      url,
    });
  }
  const { sha, gated, tags, cardData, config, siblings } = parsed.output;
  const files = siblings
    .map((file): HubFile => ({
      path: file.rfilename,
      bytes: file.lfs?.size ?? file.size ?? 0,
      sha256: file.lfs?.sha256 ?? null,
      gitSha1: file.lfs ? null : (file.blobId ?? null),
    }))
    .filter((file) => file.bytes > 0);
  const { variants, missing } = modelLayout(files);
  if (missing.length > 0) throw notRunnable(name.repository, missing);
  const unsized = variants
    .flatMap((variant) => variant.files)
    .find((file) => file.sha256 === null && file.gitSha1 === null);
  if (unsized) throw notRunnable(name.repository, [`a hash of ${unsized.path}`]);
  const [licence] = [cardData?.license].flat();
  return {
    repository: name.repository,
    revision: name.revision,
    commit: sha,
    licence: licence ?? tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null,
    isGated: gated !== undefined && gated !== false,
    architecture: config?.model_type ?? null,
    variants,
  };
}

function notRunnable(repository: string, missing: readonly string[]): AppError {
  return new AppError(
    'bad-input',
    `${repository} is no ONNX export that this page can use: it lacks ${missing.join(', ')}. Look for a repository of onnx-community with the same name`,
    { repository },
  );
}
