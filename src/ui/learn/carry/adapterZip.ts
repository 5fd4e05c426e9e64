import { unzipSync, zipSync } from 'fflate';
import { AppError } from '../../../platform/index.ts';
import type { AdapterFileSet } from '../../../worker/index.ts';

/** The files of one model as one archive; weights do not shrink, so they are only put together. */
export function adapterZip(files: AdapterFileSet): Uint8Array<ArrayBuffer> {
  const entries = files.map(({ name, content }) => [name, content] as const);
  // A fixed time, the earliest that ZIP knows: the same model gives the same bytes.
  return new Uint8Array(zipSync(Object.fromEntries(entries), { level: 0, mtime: new Date(1980, 0, 1) }));
}

/** Most bytes of an archive that is opened in the page: a LoRA of a small model has a few millions. */
const mostBytes = 512e6;

/** The files of one model: those that were chosen, or what an archive holds. Throws `bad-input`. */
export async function adapterFilesOf(files: readonly File[]): Promise<AdapterFileSet> {
  const large = files.find(({ size }) => size > mostBytes);
  if (large) throw new AppError('bad-input', `${large.name} is too large to be a model of this page.`);
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, content: new Uint8Array(await file.arrayBuffer()) })),
  );
  return read.flatMap((file) => (/\.zip$/i.test(file.name) ? entriesOf(file) : [file]));
}

function entriesOf({ name, content }: AdapterFileSet[number]): AdapterFileSet {
  let bytes = 0;
  const filter = ({ originalSize }: { originalSize: number }): boolean => {
    bytes += originalSize;
    return bytes <= mostBytes;
  };
  let entries: ReturnType<typeof unzipSync>;
  try {
    entries = unzipSync(content, { filter });
  } catch (error) {
    throw new AppError('bad-input', `${name} is no ZIP archive, or a damaged one.`, {}, { cause: error });
  }
  if (bytes > mostBytes) throw new AppError('bad-input', `${name} is too large to be a model of this page.`);
  return Object.entries(entries)
    .filter(([path]) => !path.endsWith('/'))
    .map(([path, inside]) => ({ name: path.replace(/^.*\//, ''), content: new Uint8Array(inside) }));
}
