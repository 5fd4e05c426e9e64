import {
  type Average,
  compareModels,
  type ComparisonReport,
  fitAverage,
  fitBaseline,
  type ScoredCareer,
  toBaselineFile,
} from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError, type ReportProgress, throwIfAborted } from '../../platform/index.ts';
import {
  averageModel,
  hashReference,
  keptAverage,
  type KeptMember,
  tablesReference,
  weightsHash,
} from '../../predictors/average/index.ts';
import {
  type AskedModel,
  type LearningResources,
  type OpenPanel,
  shippedPrefix,
} from '../../predictors/models.ts';
import { fileSet } from '../../predictors/files/index.ts';
import { tableModel } from '../../predictors/tables/index.ts';
import type { AdapterFileSet, AdapterSummary, PanelPart } from '../../storage/index.ts';
import { OpenModels } from '../answers/openModels.ts';
import type { Panels } from '../panels/panels.ts';
import type { AdapterShelf } from './adapterShelf.ts';
import { exportedFiles, importedModels } from './carriedMembers.ts';
import type { AverageToKeep, ComparisonRequest, ModelReference } from './comparisonRequest.ts';

/** Everything that can be asked about a panel's people, and what was trained or brought along. */
export class PanelModels {
  /** Averages that were fitted, by panel and members. */
  readonly #averages = new Map<string, Average>();

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
    const references = of.map(({ model }) => model);
    const open = new OpenModels(this.resources, this.shelf);
    try {
      const models: AskedModel[] = [];
      for (const each of references) models.push(await this.#open(open, panel, each, signal));
      const average = await this.#fitted(panel, references, models, signal);
      const members: KeptMember[] = [];
      for (const { name: own, model } of of) members.push(await this.#keptMember(panel, own, model));
      const kept = await keptAverage(name, average, members, panel, await this.#baseOf(references));
      await this.shelf.save(kept);
      return kept.row;
    } finally {
      await open.close();
    }
  }

  /** The language model has changed, and what it says with it. */
  forgetAverages(): void {
    this.#averages.clear();
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
    const open = new OpenModels(this.resources, this.shelf);
    try {
      const model = await this.#open(open, panel, reference, signal);
      const { list } = panel.row.list;
      if (model.list && !isSameList(model.list, list))
        throw new AppError(
          'bad-input',
          `This model predicts the list ${model.list.name} (${model.list.occupations.length} occupations), the panel has ${list.name} (${list.occupations.length}).`,
        );
      const onScored = (done: number) => onProgress?.(done, people.length);
      return await model.score(people, list, { onScored, signal });
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
        return averageModel(await this.#fitted(panel, reference.of, members, signal), members, list);
      }
    }
  }

  /** Weights are fitted on the panel's tuning people, whom no model has learned from. */
  async #fitted(
    panel: OpenPanel,
    of: readonly ModelReference[],
    members: readonly AskedModel[],
    signal?: AbortSignal,
  ): Promise<Average> {
    const key = JSON.stringify([panel.row.id, of]);
    const known = this.#averages.get(key);
    if (known) return known;
    const { list } = panel.row.list;
    const { tuning } = panel.people;
    const scores: ScoredCareer[][] = [];
    for (const member of members) scores.push(await member.score(tuning, list, { signal }));
    const names = of.map((_, i) => String(i));
    const average = fitAverage(names, tuning, scores, list);
    this.#averages.set(key, average);
    return average;
  }

  async #keptMember(panel: OpenPanel, name: string, model: ModelReference): Promise<KeptMember> {
    switch (model.kind) {
      case 'language-route':
        return { reference: 'language-model', name, kind: model.kind };
      case 'baseline': {
        const fitted = fitBaseline(model.name, panel.people.fitting, panel.row.list.list);
        return {
          reference: tablesReference(model.name),
          name,
          kind: 'tables',
          tables: toBaselineFile(fitted),
        };
      }
      case 'adapter': {
        if (model.id.startsWith(shippedPrefix))
          return { reference: model.id.slice(shippedPrefix.length), name, kind: 'shipped' };
        const kept = await this.shelf.load(model.id);
        return { reference: hashReference(await weightsHash(kept)), name, kind: kept.row.kind };
      }
      case 'average':
        throw new AppError(
          'bad-input',
          `Keep “${name}” first: an average can only be of models that are kept.`,
        );
    }
  }

  /** The language model that members stand on which have no card of their own in the average. */
  async #baseOf(of: readonly ModelReference[]): Promise<{ name: string; revision: string } | null> {
    const isOnIt = (model: ModelReference) =>
      model.kind === 'language-route' || (model.kind === 'adapter' && model.id.startsWith(shippedPrefix));
    if (!of.some(isOnIt)) return null;
    const { name, revision } = (await this.resources.languageModel()).report;
    return { name, revision };
  }
}

function isSameList(a: OccupationList, b: OccupationList): boolean {
  return (
    a === b ||
    (a.occupations.length === b.occupations.length &&
      a.occupations.every(({ code }, i) => code === b.occupations[i].code))
  );
}
