import {
  type Average,
  fitAverage,
  fitBaseline,
  type ScoredCareer,
  toBaselineFile,
} from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import {
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
import type { AdapterToKeep } from '../../storage/index.ts';
import type { AdapterShelf } from './adapterShelf.ts';
import type { AverageToKeep, ModelReference } from './comparisonRequest.ts';

/** Averages whose weights are fitted on a panel. */
export class PanelAverages {
  /** By panel and members: a report's average is kept as it was measured. */
  readonly #fits = new Map<string, Average>();

  constructor(
    private readonly shelf: AdapterShelf,
    private readonly resources: LearningResources,
  ) {}

  /** Weights are fitted on the panel's tuning people, whom no model has learned from. */
  async fitted(
    panel: OpenPanel,
    of: readonly ModelReference[],
    members: readonly AskedModel[],
    signal?: AbortSignal,
  ): Promise<Average> {
    const key = JSON.stringify([panel.row.id, of]);
    const known = this.#fits.get(key);
    if (known) return known;
    const { list } = panel.row.list;
    const { tuning } = panel.people;
    const scores: ScoredCareer[][] = [];
    for (const member of members) scores.push(await member.score(tuning, list, { signal }));
    const names = of.map((_, i) => String(i));
    const average = fitAverage(names, tuning, scores, list);
    this.#fits.set(key, average);
    return average;
  }

  /** As a model of its own. Its weights are fitted again where they were not fitted here before. */
  async kept(
    panel: OpenPanel,
    { name, of }: Pick<AverageToKeep, 'name' | 'of'>,
    models: readonly AskedModel[],
    signal?: AbortSignal,
  ): Promise<AdapterToKeep> {
    const references = of.map(({ model }) => model);
    const average = await this.fitted(panel, references, models, signal);
    const members: KeptMember[] = [];
    for (const { name: own, model } of of) members.push(await this.#keptMember(panel, own, model));
    return keptAverage(name, average, members, panel, await this.#baseOf(references));
  }

  /** The language model has changed, and with it what its models say. */
  forget(): void {
    this.#fits.clear();
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
