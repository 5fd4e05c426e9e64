import { AppError, Progress, type ReportProgress } from '../platform/index.ts';
import type { DownloadRow, FilesOnTheirWay, ModelRow, WantedFile } from '../weights/index.ts';
import { FileDownload } from './fileDownload.ts';
import type { FileSource } from './fileSource.ts';
import { hubModel } from './hubListing.ts';
import { fileAddress } from './hubName.ts';
import { downloadFault } from './hubRequest.ts';
import type { PatientOptions } from './patience.ts';
import { fetchSmallFile } from './smallFile.ts';

export interface ModelDownloadOptions extends PatientOptions {
  /** Origin of the hub. */
  hub: string;
  lanes: number;
  /** Bytes of the whole model: never goes back, and reaches the total with the model's row. */
  onProgress: ReportProgress;
}

/**
 * One model from the hub into the store, or into memory: small files first, then the weights, the model's row last. Goes
 * on wherever an earlier visit stopped. Throws `AppError`: `download-failed` with a fault, `quota`, `storage`,
 * `out-of-memory`, `aborted`; what is finished stays.
 */
export async function downloadModel(
  row: DownloadRow,
  arriving: FilesOnTheirWay,
  options: ModelDownloadOptions,
): Promise<ModelRow> {
  const loaded = new Map<string, number>();
  const progress = new Progress(row.bytes, options.onProgress);
  const report = (path: string, bytes: number): void => {
    loaded.set(path, bytes);
    const sum = [...loaded.values()].reduce((total, each) => total + each, 0);
    // The last byte of the bar is the model's row.
    progress.to(Math.min(sum, row.bytes - 1));
  };
  // From the beginning on, the bar counts what is here.
  for (const file of row.files) report(file.path, await arriving.storedBytes([file]));
  const files = row.files.map((file) => ({ ...file }));
  for (const file of files.toSorted((a, b) => a.bytes - b.bytes)) {
    const isHere = file.sha256 !== null && (await arriving.isComplete({ ...file, sha256: file.sha256 }));
    if (!isHere) {
      const onLoaded = (bytes: number) => report(file.path, bytes);
      file.sha256 = await fetchFile(file, row, arriving, { ...options, onLoaded });
      await arriving.putDownload({ ...row, files });
    }
    report(file.path, file.bytes);
  }
  const now = Date.now();
  const { startedAt: _, ...description } = row;
  const model: ModelRow = {
    ...description,
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256: sha256 ?? '' })),
    installedAt: now,
    usedAt: null,
    checkedAt: now,
  };
  await arriving.install(model);
  progress.complete();
  return model;
}

async function fetchFile(
  file: WantedFile,
  row: DownloadRow,
  arriving: FilesOnTheirWay,
  options: ModelDownloadOptions & { onLoaded: (bytes: number) => void },
): Promise<string> {
  const source = sourceOf(file, row, options);
  const { sha256, gitSha1 } = file;
  if (sha256 !== null) {
    await new FileDownload(source, sha256, arriving, options).run();
    return sha256;
  }
  if (gitSha1 === null) {
    throw new AppError('internal', `${file.path} has no hash to compare it with`, { path: file.path });
  }
  return fetchSmallFile({ ...file, gitSha1 }, source, arriving, options);
}

function sourceOf(file: WantedFile, row: DownloadRow, options: ModelDownloadOptions): FileSource {
  const { name: repository, revision } = row;
  const commit = revision ?? 'main';
  const url = fileAddress(options.hub, repository, commit, file.path);
  return {
    url,
    path: file.path,
    bytes: file.bytes,
    commit,
    tag: null,
    onNewTag: async (before, now) => {
      // Mirrors may have tags of their own: only the hub's word that the file is another one counts.
      const asked = { repository, revision: commit };
      const { variants } = await hubModel(options.hub, asked, {
        signal: options.signal,
        silenceMs: options.patience.silenceMs,
      });
      const today = variants.flatMap(({ files }) => files).find(({ path }) => path === file.path);
      const isSame = file.sha256 === null ? today?.gitSha1 === file.gitSha1 : today?.sha256 === file.sha256;
      if (isSame) return;
      throw downloadFault(
        'changed',
        `${file.path} was changed on the hub while it was being downloaded (its tag was ${before} and is ${now}). Cancel this download and begin again with the model’s newest revision`,
        { url },
      );
    },
  };
}
