import { sha256 } from '../platform/index.ts';
import { type FilesOnTheirWay, type WantedFile, shardCount, shardRange } from '../weights/index.ts';
import { ArrivingShard } from './arrivingShard.ts';
import { gitBlobSha1 } from './fileHash.ts';
import { wrongBytes } from './fileDownload.ts';
import { type FileSource, RangesIgnored } from './fileSource.ts';
import { downloadFault } from './hubRequest.ts';
import type { PatientOptions } from './patience.ts';

/** The hub keeps files above 10 MB in LFS, with their SHA-256; one much larger than that is none of its. */
const MOST_BYTES = 64 * 2 ** 20;

export interface SmallFileOptions extends PatientOptions {
  onLoaded: (loadedBytes: number) => void;
}

/**
 * Fetches a file of which only the git hash is known, compares it, stores it, and resolves to its SHA-256. A wrong one is
 * fetched again once, then named. Throws what `FileDownload.run` throws.
 */
export async function fetchSmallFile(
  file: WantedFile & { gitSha1: string },
  source: FileSource,
  arriving: FilesOnTheirWay,
  options: SmallFileOptions,
): Promise<string> {
  if (file.bytes > MOST_BYTES) {
    throw downloadFault('refused', `${file.path} is too large to come without a SHA-256`, {
      path: file.path,
    });
  }
  for (let round = 1; ; round++) {
    const content = await fetchContent(file, source, arriving, options);
    const actual = await gitBlobSha1(content);
    await arriving.forget(file.gitSha1);
    if (actual === file.gitSha1) return keep(content, arriving);
    if (round === 2) throw wrongBytes(file.path, file.gitSha1, actual);
    options.onLoaded(0);
  }
}

async function fetchContent(
  { bytes, gitSha1 }: WantedFile & { gitSha1: string },
  source: FileSource,
  arriving: FilesOnTheirWay,
  options: SmallFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  let loaded = 0;
  const onBytes = (more: number) => {
    loaded += more;
    options.onLoaded(loaded);
  };
  const whole = { start: 0, end: bytes };
  const fetchIt = () => ArrivingShard.fetch(source, gitSha1, 0, whole, arriving, { ...options, onBytes });
  try {
    return await fetchIt();
  } catch (error) {
    if (!(error instanceof RangesIgnored)) throw error;
    // The server cannot go on in the middle: from the beginning, then.
    await arriving.forget(gitSha1);
    loaded = 0;
    return fetchIt();
  }
}

async function keep(content: Uint8Array<ArrayBuffer>, arriving: FilesOnTheirWay): Promise<string> {
  const file = { bytes: content.length, sha256: await sha256(content) };
  for (let index = 0; index < shardCount(file.bytes, arriving.shardBytes); index++) {
    const { start, end } = shardRange(index, file.bytes, arriving.shardBytes);
    await arriving.putShard(file, index, content.slice(start, end));
  }
  await arriving.finish(file);
  return file.sha256;
}
