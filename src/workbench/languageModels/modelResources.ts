import type { BaselineFile, ShippedBaselines } from '../../evaluation/index.ts';
import { GraphRunner } from '../../predictors/training/index.ts';
import { DecoderSession } from '../../lm/index.ts';
import { AppError, isAbort } from '../../platform/index.ts';
import type { Store } from '../../storage/index.ts';
import { downloadJson } from './download.ts';
import { LanguageRoute } from '../../predictors/language/index.ts';
import type { LoadedModel } from './loadModel.ts';
import type { LearningModel, LearningResources } from '../../predictors/models.ts';

/** A loaded model as what training stands on: graphs run on its device. */
export class ModelResources implements LearningResources {
  readonly #runner: GraphRunner;
  #language: LearningModel | null = null;
  #mixture: Promise<BaselineFile> | null = null;

  /**
   * `models`: absolute address of the folder that holds `manifest.json`. `store`: where the tables that came with the model
   * are kept for visits without network; they are asked of the server each time where absent.
   */
  constructor(
    private readonly model: Omit<LoadedModel, 'session' | 'graph'>,
    private readonly models: string,
    private readonly store?: Store,
  ) {
    const { ort, sessionOptions, gpuDevice } = model.runtime;
    this.#runner = new GraphRunner({ ort, sessionOptions, isOnGpu: gpuDevice !== undefined });
  }

  runner(): Promise<GraphRunner> {
    return Promise.resolve(this.#runner);
  }

  languageModel(): Promise<LearningModel> {
    return Promise.resolve((this.#language ??= this.#opened()));
  }

  /** Lets go of the language model. */
  dispose(): Promise<void> {
    return this.model.route.dispose();
  }

  #opened(): LearningModel {
    const { route, report, content, runtime, sizes } = this.model;
    const { tokenizer, shipped, base, outputEmbeddings } = content;
    const { contextLength, hiddenSize } = sizes;
    return {
      ...{ route, report, tokenizer, contextLength, hiddenSize, shipped, base, outputEmbeddings },
      open: async (graph) => new LanguageRoute(await DecoderSession.create(runtime, graph), tokenizer),
      mixture: (signal) => (this.#mixture ??= this.#tables(signal)),
    };
  }

  async #tables(signal?: AbortSignal): Promise<BaselineFile> {
    const file = (await this.#keptJson(
      new URL('baselines.json', this.models).href,
      signal,
    )) as ShippedBaselines;
    if (file.format !== 'onward-baselines')
      throw new AppError('integrity', 'The tables that came with the model cannot be read.');
    return file.mixture;
  }

  /** From the server, and where that cannot be reached as it was kept last. */
  async #keptJson(address: string, signal?: AbortSignal): Promise<unknown> {
    try {
      const json = await downloadJson(address, signal);
      // What cannot be kept can be downloaded again.
      await this.store?.keepManifest(address, json).catch(() => undefined);
      return json;
    } catch (error) {
      const kept = isAbort(error) ? null : await this.store?.keptManifest(address).catch(() => null);
      if (!kept) throw error;
      return kept;
    }
  }
}
