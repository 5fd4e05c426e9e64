import { AppError, sha256 } from '../platform/index.ts';
import type { ModelDescription } from '../weights/index.ts';
import { filesOfArchive } from './archiveFiles.ts';
import { type DiskFile, type GivenFile, filesOfFolder, smallText } from './diskFile.ts';
import { type Dtype, type ModelVariantFiles, modelLayout } from './modelLayout.ts';
import {
  type ExportedManifest,
  MANIFEST_BYTES,
  MANIFEST_NAME,
  descriptionOf,
  parseModelManifest,
} from './modelManifest.ts';

/** A model found on the disk, and the forms of it that are there. */
export interface DiskModel {
  /** Of the folder or archive, or the one that the manifest tells. */
  name: string;
  licence: string | null;
  variants: ModelVariantFiles<DiskFile>[];
  /** Of a model that was exported by this app; its hashes must hold. */
  manifest: ExportedManifest | null;
}

/**
 * Looks at a folder, a ZIP archive, or some files together. Throws `AppError('bad-input')` that names what is missing
 * or wrong.
 */
export async function inspectDisk(given: readonly GivenFile[]): Promise<DiskModel> {
  const [first] = given;
  if (first === undefined) throw new AppError('bad-input', 'There is no file in it');
  const archive = given.length === 1 && /\.zip$/i.test(first.file.name) ? first.file : null;
  const files = archive ? await filesOfArchive(archive) : filesOfFolder(given);
  const name = archive ? archive.name.replace(/\.zip$/i, '') : nameOfFolder(first);
  const manifestFile = files.find(({ path }) => path === MANIFEST_NAME);
  if (manifestFile) return exported(parseModelManifest(await smallText(manifestFile, MANIFEST_BYTES)), files);
  const { variants, missing } = modelLayout(files.filter(({ bytes }) => bytes > 0));
  if (missing.length > 0) {
    throw new AppError(
      'bad-input',
      `${name} is no model that this page can use: it lacks ${missing.join(', ')}. Choose the whole folder of an ONNX export, not one file of it`,
    );
  }
  return { name, licence: null, variants, manifest: null };
}

function nameOfFolder({ path, file }: GivenFile): string {
  const [folder, ...rest] = path.split('/');
  return rest.length > 0 ? folder : file.name.replace(/\.\w+$/, '');
}

function exported(manifest: ExportedManifest, files: readonly DiskFile[]): DiskModel {
  const found = manifest.files.map(({ path, bytes }) => {
    const file = files.find((each) => each.path === path);
    if (file?.bytes === bytes) return file;
    const how = file ? `has ${file.bytes} bytes instead of ${bytes}` : 'is missing';
    throw new AppError('bad-input', `${path} of ${manifest.name} ${how}`, { path });
  });
  const { name, licence } = manifest;
  return { name, licence, variants: [{ dtype: manifest.dtype as Dtype, files: found }], manifest };
}

/** What the store is told of a form of it; without a manifest, the hashes of its files name it. */
export async function describeDisk(
  { name, licence, manifest }: DiskModel,
  dtype: string,
  files: readonly { path: string; bytes: number; sha256: string }[],
): Promise<ModelDescription> {
  if (manifest) return descriptionOf(manifest);
  const listing = files.map((file) => `${file.sha256} ${file.path}\n`).join('');
  const content = await sha256(new TextEncoder().encode(listing));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const id = `disk:${name}@${content.slice(0, 16)}/${dtype}`;
  return { id, name, revision: null, dtype, licence, source: 'disk', bytes };
}
