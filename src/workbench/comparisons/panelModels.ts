import {
  compareModels,
  type ComparisonReport,
  fitAverage,
  fitBaseline,
  type ScoredCareer,
} from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError, type ReportProgress, throwIfAborted } from '../../platform/index.ts';
import type { AdapterFileSet, AdapterSummary, PanelPart } from '../../storage/index.ts';
import type { PredictionsRequest, SavedPredictions } from '../predictions/predictionRequest.ts';
import { writtenPredictions } from '../predictions/writtenPredictions.ts';
import type { ComparisonRequest, ModelReference } from './comparisonRequest.ts';
import type { AdapterShelf } from './adapterShelf.ts';
import {
  importedAdapter,
  lasting,
  type LearningResources,
  type OpenedModel,
  openKept,
  type OpenPanel,
  openShipped,
  shippedPrefix,
} from '../../predictors/models.ts';
import type { Panels } from '../panels/panels.ts';
import { averageModel } from '../../predictors/average/index.ts';
import { fileSet } from '../../predictors/files/index.ts';
import { RouteModel } from '../../predictors/language/index.ts';
import { tableModel } from '../../predictors/tables/index.ts';

/** Everything that can be asked about a panel's people, and what was trained or brought along. */
export class PanelModels {
  constructor(
    private readonly shelf: AdapterShelf,
    private readonly panels: Panels,
    private readonly resources: LearningResources,
  ) {}

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
    const { model, dispose } = await this.#opened(panel, reference, signal);
    try {
      return await writtenPredictions(model, panel.people[part], list, wishes, { onProgress, signal });
    } finally {
      await dispose();
    }
  }

  /** What was trained and imported, newest first. What came with the language model is in its report. */
  listAdapters(): Promise<AdapterSummary[]> {
    return this.shelf.list();
  }

  async exportAdapter(id: string): Promise<AdapterFileSet> {
    if (!id.startsWith(shippedPrefix)) return (await this.shelf.load(id)).files;
    const { shipped } = await this.resources.languageModel();
    const files = shipped.get(id.slice(shippedPrefix.length));
    if (!files) throw new AppError('bad-input', 'Nothing of this name came with the language model.', { id });
    return fileSet(files);
  }

  /** Throws `bad-input` that says exactly what is damaged or does not fit. */
  async importAdapter(name: string, files: AdapterFileSet): Promise<AdapterSummary> {
    const kept = await importedAdapter(name, files, this.resources);
    await this.shelf.save(kept);
    return kept.row;
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
    const { model, dispose } = await this.#opened(panel, reference, signal);
    try {
      const { list } = panel.row.list;
      const onScored = (done: number) => onProgress?.(done, people.length);
      return await model.score(people, list, { onScored, signal });
    } finally {
      await dispose();
    }
  }

  /** Throws `bad-input` for a model of another list than the panel's. */
  async #opened(panel: OpenPanel, reference: ModelReference, signal?: AbortSignal): Promise<OpenedModel> {
    const opened = await this.#open(panel, reference, signal);
    const { list } = panel.row.list;
    const own = opened.model.list;
    if (!own || isSameList(own, list)) return opened;
    await opened.dispose();
    throw new AppError(
      'bad-input',
      `This model predicts the list ${own.name} (${own.occupations.length} occupations), the panel has ${list.name} (${list.occupations.length}).`,
    );
  }

  async #open(panel: OpenPanel, reference: ModelReference, signal?: AbortSignal): Promise<OpenedModel> {
    const { list } = panel.row.list;
    switch (reference.kind) {
      case 'language-route':
        return lasting(new RouteModel((await this.resources.languageModel(signal)).route));
      case 'baseline':
        return lasting(tableModel(fitBaseline(reference.name, panel.people.fitting, list), list));
      case 'average':
        return this.#fittedAverage(panel, reference.of, signal);
      case 'adapter':
        return reference.id.startsWith(shippedPrefix)
          ? openShipped(reference.id.slice(shippedPrefix.length), this.resources, signal)
          : openKept(await this.shelf.load(reference.id), this.resources);
    }
  }

  /** Weights are fitted on the panel's tuning people, whom no model has learned from. */
  async #fittedAverage(
    panel: OpenPanel,
    of: readonly ModelReference[],
    signal?: AbortSignal,
  ): Promise<OpenedModel> {
    const { list } = panel.row.list;
    const opened: OpenedModel[] = [];
    for (const each of of) opened.push(await this.#open(panel, each, signal));
    const { tuning } = panel.people;
    const scores: ScoredCareer[][] = [];
    for (const { model } of opened) scores.push(await model.score(tuning, list, { signal }));
    const names = of.map((_, i) => String(i));
    const average = fitAverage(names, tuning, scores, list);
    const members = opened.map(({ model }) => model);
    return {
      model: averageModel(average, members, list),
      dispose: async () => {
        for (const { dispose } of opened) await dispose();
      },
    };
  }
}

function isSameList(a: OccupationList, b: OccupationList): boolean {
  return (
    a === b ||
    (a.occupations.length === b.occupations.length &&
      a.occupations.every(({ code }, i) => code === b.occupations[i].code))
  );
}
