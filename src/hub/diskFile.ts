import { AppError } from '../platform/index.ts';

/** A file of a model's folder on this device, which can be read as often as needed. */
export interface DiskFile {
  /** Within the model's folder, with forward slashes. */
  path: string;
  bytes: number;
  /** Its bytes, exactly so many. Throws `AppError('bad-input')` where they cannot be read. */
  read(): AsyncIterable<Uint8Array>;
}

/** A file that the browser gave for reading, with the path that it has in the folder that was chosen. */
export interface GivenFile {
  path: string;
  file: File;
}

/** Files of a folder, or some files together, as the folder of a model. */
export function filesOfFolder(given: readonly GivenFile[]): DiskFile[] {
  return belowCommonFolder(
    given.map(({ path, file }) => ({ path, bytes: file.size, read: () => bytesOf(file, path) })),
  );
}

/** Without the folders that all paths begin with: a model's folder may lie in others. */
export function belowCommonFolder(files: readonly DiskFile[]): DiskFile[] {
  const plain = files.filter(({ path }) => !isLitter(path));
  const config = plain
    .filter(({ path }) => /(^|\/)config\.json$/.test(path))
    .sort((a, b) => a.path.split('/').length - b.path.split('/').length)
    .at(0);
  const folder = config?.path.slice(0, -'config.json'.length) ?? '';
  return plain
    .filter(({ path }) => path.startsWith(folder))
    .map((file) => ({ ...file, path: file.path.slice(folder.length) }));
}

/** What operating systems leave beside the files. */
function isLitter(path: string): boolean {
  return path.split('/').some((part) => part === '__MACOSX' || part === '.git' || part === '.DS_Store');
}

async function* bytesOf(file: File, path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunksOf(file.stream())) yield chunk;
  } catch (error) {
    throw new AppError(
      'bad-input',
      `${path} can no longer be read: was it changed, moved, or the drive unplugged?`,
      { path },
      { cause: error },
    );
  }
}

/** Not every browser can iterate over a stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads a small file whole. Throws `AppError('bad-input')` where it is larger than that. */
export async function smallText(file: DiskFile, mostBytes: number): Promise<string> {
  if (file.bytes > mostBytes) {
    throw new AppError('bad-input', `${file.path} is too large for what it should be`, { path: file.path });
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of file.read()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
