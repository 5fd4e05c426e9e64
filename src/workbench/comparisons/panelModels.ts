import {
  compareModels,
  type ComparisonReport,
  fitBaseline,
  type ScoredCareer,
} from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError, type ReportProgress, throwIfAborted } from '../../platform/index.ts';
import { averageModel } from '../../predictors/average/index.ts';
import { fileSet } from '../../predictors/files/index.ts';
import {
  type AskedModel,
  type LearningResources,
  type OpenPanel,
  shippedPrefix,
} from '../../predictors/models.ts';
import { tableModel } from '../../predictors/tables/index.ts';
import type { AdapterFileSet, AdapterSummary, PanelPart } from '../../storage/index.ts';
import { OpenModels } from '../answers/openModels.ts';
import type { Panels } from '../panels/panels.ts';
import type { PredictionsRequest, SavedPredictions } from '../predictions/predictionRequest.ts';
import { writtenPredictions } from '../predictions/writtenPredictions.ts';
import type { AdapterShelf } from './adapterShelf.ts';
import { exportedFiles, importedModels } from './carriedMembers.ts';
import type { AverageToKeep, ComparisonRequest, ModelReference } from './comparisonRequest.ts';
import { PanelAverages } from './panelAverages.ts';

/** Everything that can be asked about a panel's people, and what was trained or brought along. */
export class PanelModels {
  readonly #averages: PanelAverages;

  constructor(
    private readonly shelf: AdapterShelf,
    private readonly panels: Panels,
    private readonly resources: LearningResources,
  ) {
    this.#averages = new PanelAverages(shelf, resources);
  }

  /** Progress counts people, of one model after another. Throws `bad-input` for a model of another list. */
  async compare(
    { panel: id, part, models, draws, seed }: ComparisonRequest,
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<ComparisonReport> {
    const panel = await this.panels.open(id);
    const people = panel.people[part];
    if (models.length === 0) throw new AppError('bad-input', 'There is no model to measure.');
    const scored: { name: string; scores: ScoredCareer[] }[] = [];
    for (const { name, model } of models) {
      const before = scored.length * people.length;
      const report: ReportProgress = (done) => onProgress?.(before + done, models.length * people.length);
      scored.push({ name, scores: await this.#score(panel, part, model, report, signal) });
    }
    throwIfAborted(signal);
    return compareModels(people, scored, {
      ...(draws !== undefined && { draws }),
      ...(seed !== undefined && { seed }),
    });
  }

  async scorePanel(
    { panel, part, model }: { panel: string; part: PanelPart; model: ModelReference },
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<ScoredCareer[]> {
    return this.#score(await this.panels.open(panel), part, model, onProgress, signal);
  }

  /** What a model says about each person of a part as a file; progress in people. Throws `aborted`. */
  async savePredictions(
    { panel: id, part, model: reference, ...wishes }: PredictionsRequest,
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<SavedPredictions> {
    const panel = await this.panels.open(id);
    const { list } = panel.row.list;
    return this.#asking(panel, reference, signal, (model) =>
      writtenPredictions(model, panel.people[part], list, wishes, { onProgress, signal }),
    );
  }

  /** What was trained and imported, newest first. What came with the language model is in its report. */
  listAdapters(): Promise<AdapterSummary[]> {
    return this.shelf.list();
  }

  /** An average brings its members. Throws `bad-input` where one of them is not here. */
  async exportAdapter(id: string): Promise<AdapterFileSet> {
    if (!id.startsWith(shippedPrefix)) return exportedFiles(await this.shelf.load(id), this.shelf);
    const { shipped } = await this.resources.languageModel();
    const files = shipped.get(id.slice(shippedPrefix.length));
    if (!files) throw new AppError('bad-input', 'Nothing of this name came with the language model.', { id });
    return fileSet(files);
  }

  /** With the members that an average brings, unless they are here. Throws `bad-input` that says exactly what is damaged or does not fit. */
  async importAdapter(name: string, files: AdapterFileSet): Promise<AdapterSummary> {
    const models = await importedModels(name, files, this.shelf, this.resources);
    for (const model of models) await this.shelf.save(model);
    return models[models.length - 1].row;
  }

  /** An average of a report as a model of its own. Its weights are fitted again where this worker has not fitted them. */
  async keepAverage({ panel: id, name, of }: AverageToKeep, signal?: AbortSignal): Promise<AdapterSummary> {
    const panel = await this.panels.open(id);
    const open = new OpenModels(this.resources, this.shelf);
    try {
      const models: AskedModel[] = [];
      for (const { model } of of) models.push(await this.#open(open, panel, model, signal));
      const kept = await this.#averages.kept(panel, { name, of }, models, signal);
      await this.shelf.save(kept);
      return kept.row;
    } finally {
      await open.close();
    }
  }

  /** The language model has changed, and what it says with it. */
  forgetAverages(): void {
    this.#averages.forget();
  }

  /** Throws `bad-input` for what came with the language model. */
  async deleteAdapter(id: string): Promise<void> {
    if (id.startsWith(shippedPrefix))
      throw new AppError('bad-input', 'What came with the language model cannot be deleted.', { id });
    await this.shelf.delete(id);
  }

  async #score(
    panel: OpenPanel,
    part: PanelPart,
    reference: ModelReference,
    onProgress: ReportProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ScoredCareer[]> {
    const people = panel.people[part];
    const onScored = (done: number) => onProgress?.(done, people.length);
    return this.#asking(panel, reference, signal, (model) =>
      model.score(people, panel.row.list.list, { onScored, signal }),
    );
  }

  /** Opens a model for as long as it is asked. Throws `bad-input` for a model of another list than the panel's. */
  async #asking<T>(
    panel: OpenPanel,
    reference: ModelReference,
    signal: AbortSignal | undefined,
    ask: (model: AskedModel) => Promise<T>,
  ): Promise<T> {
    const open = new OpenModels(this.resources, this.shelf);
    try {
      const model = await this.#open(open, panel, reference, signal);
      const { list } = panel.row.list;
      if (model.list && !isSameList(model.list, list))
        throw new AppError(
          'bad-input',
          `This model predicts the list ${model.list.name} (${model.list.occupations.length} occupations), the panel has ${list.name} (${list.occupations.length}).`,
        );
      return await ask(model);
    } finally {
      await open.close();
    }
  }

  async #open(
    open: OpenModels,
    panel: OpenPanel,
    reference: ModelReference,
    signal?: AbortSignal,
  ): Promise<AskedModel> {
    const { list } = panel.row.list;
    switch (reference.kind) {
      case 'language-route':
        return open.route(signal);
      case 'baseline':
        return tableModel(fitBaseline(reference.name, panel.people.fitting, list), list);
      case 'adapter':
        return open.model(reference.id, signal);
      case 'average': {
        const members: AskedModel[] = [];
        for (const each of reference.of) members.push(await this.#open(open, panel, each, signal));
        return averageModel(await this.#averages.fitted(panel, reference.of, members, signal), members, list);
      }
    }
  }
}

function isSameList(a: OccupationList, b: OccupationList): boolean {
  return (
    a === b ||
    (a.occupations.length === b.occupations.length &&
      a.occupations.every(({ code }, i) => code === b.occupations[i].code))
  );
}
