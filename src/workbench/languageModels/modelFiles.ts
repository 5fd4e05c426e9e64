import { AppError, isAbort } from '../../platform/index.ts';
import { isSealed, keepReadiness } from '../../shell/index.ts';
import type { Store } from '../../storage/index.ts';
import { manifestFile, type ModelManifest, parseManifest, type WeightSource } from '../../weights/index.ts';
import { downloadJson, downloadsFrom } from './download.ts';

export interface LoadedFiles {
  /** By path. */
  data: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  bytes: number;
  downloadedBytes: number;
  /** Why something could not be kept on the device; null where everything was. */
  notKept: AppError | null;
}

export interface FileProgress {
  phase: 'verifying' | 'downloading';
  loadedBytes: number;
  totalBytes: number;
}

/** The model folder of one manifest: from the network once, then from the store. */
export class ModelFiles {
  readonly #address: string;

  /** `models`: absolute address of the folder that holds `manifest.json`, with a slash at its end. */
  constructor(
    private readonly models: string,
    private readonly store: Store,
  ) {
    this.#address = new URL('manifest.json', models).href;
  }

  /**
   * The manifest of today; where the server cannot be reached, the one whose files are stored. Throws `AppError`:
   * `download-failed` where there is neither, `integrity` where it is broken.
   */
  async manifest(signal?: AbortSignal): Promise<ModelManifest> {
    try {
      return parseManifest(await downloadJson(this.#address, signal));
    } catch (error) {
      if (isAbort(error)) throw error;
      const kept = await this.store.keptManifest(this.#address).catch(() => null);
      if (kept === null) throw error;
      return parseManifest(kept);
    }
  }

  /**
   * Verified bytes of these paths. When all are kept, remembers the manifest and deletes the files of earlier
   * revisions. Throws `AppError`: `download-failed`, `integrity`, `aborted`; never for a store that fails.
   */
  async load(
    manifest: ModelManifest,
    paths: readonly string[],
    onProgress: (progress: FileProgress) => void,
    signal?: AbortSignal,
  ): Promise<LoadedFiles> {
    const files = paths.map((path) => manifestFile(manifest, path));
    const source = (await isSealed())
      ? this.#unsealing()
      : downloadsFrom(new URL(`${manifest.folder}/`, this.models).href);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const data = new Map<string, Uint8Array<ArrayBuffer>>();
    let before = 0;
    let downloadedBytes = 0;
    let notKept: AppError | null = null;
    for (const file of files) {
      const loaded = await this.store.weights.load(file, source, {
        signal,
        onProgress: (phase, ofFile) => onProgress({ phase, loadedBytes: before + ofFile, totalBytes: bytes }),
      });
      data.set(file.path, loaded.data);
      before += file.bytes;
      downloadedBytes += loaded.downloadedBytes;
      notKept ??= loaded.notKept;
    }
    notKept ??= await this.#remember(manifest);
    return { data, bytes, downloadedBytes, notKept };
  }

  /** What a sealed worker finds missing or broken it cannot fetch: the page is then open when it is loaded next. */
  #unsealing(): WeightSource {
    return (file) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await keepReadiness(new URL('..', this.models).href, null);
          throw new AppError(
            'download-failed',
            `${file.path} is missing here or broken, and a sealed page cannot fetch it. Reload the page: it opens unsealed, fetches what is missing, and is sealed again after that.`,
            { path: file.path, status: 0 },
          );
        },
      }),
    });
  }

  async #remember(manifest: ModelManifest): Promise<AppError | null> {
    try {
      await this.store.keepManifest(this.#address, manifest);
      await this.store.weights.keepOnly(new Set(manifest.files.map((file) => file.sha256)));
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }
}
