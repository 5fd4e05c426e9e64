import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type CareerHistory, readPanel } from '../career/index.ts';
import { AppError } from '../platform/index.ts';

/** Bytes of a file, unpacked where it is gzip whatever its name. Throws AppError `bad-input`. */
export async function readInput(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new AppError('bad-input', `Cannot read ${path}: ${reason}`, {}, { cause: error });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return promisify(gunzip)(bytes).catch((error: unknown) => {
    throw new AppError('bad-input', `${path} is a broken gzip file`, {}, { cause: error });
  });
}

/**
 * The people of a person-year panel with the project's own columns; `population` names them where the file does not. Throws
 * AppError `bad-input` at its first fault; what is assumed of the file, its encoding say, is told on stderr.
 */
export async function readPanelFile(path: string, population?: string): Promise<CareerHistory[]> {
  const bytes = await readInput(path);
  try {
    return readPanel(bytes, population, (warning) => process.stderr.write(`${path}: ${warning}\n`));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('bad-input', `${path}: ${error.message}`, error.data, { cause: error });
  }
}
