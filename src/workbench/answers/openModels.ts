import { fromBaselineFile } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import type { AdapterSummary } from '../../storage/index.ts';
import {
  type LearningResources,
  lasting,
  type Members,
  type OpenedModel,
  openKept,
  openShipped,
  shippedPrefix,
} from '../../predictors/models.ts';
import { renormalisedRoute, RouteModel, type RoutePrediction } from '../../predictors/language/index.ts';
import { hashPrefix } from '../../predictors/average/index.ts';
import { tableModel } from '../../predictors/tables/index.ts';
import type { Distribution } from '../../predictors/models.ts';
import type { KeptModels } from './keptModels.ts';
import { AskedOnce } from './askedOnce.ts';

/** The language model by its titles, as one of the models that may be asked. */
export const languageRouteId = 'language-route';

type RouteAnswer = Distribution & RoutePrediction;

interface Opened {
  readonly model: AskedOnce;
  readonly dispose: OpenedModel['dispose'];
  /** Ids of the models that it is an average of. */
  readonly members: readonly string[];
  /** Of the files that it was opened from; empty for what does not change. */
  readonly version: string;
}

/**
 * Models by id, each opened once, however many averages it is a member of. Ids are `language-route`, those of what came
 * with the language model, and those of what is kept. Whoever opens this closes it.
 */
export class OpenModels {
  readonly #places = new Map<string, Promise<Opened>>();
  #route: AskedOnce<RouteAnswer> | null = null;

  constructor(
    private readonly resources: LearningResources,
    private readonly kept: KeptModels,
  ) {}

  /** The language model by its titles, raw where careers are scored. */
  async route(signal?: AbortSignal): Promise<AskedOnce<RouteAnswer>> {
    const { route } = await this.resources.languageModel(signal);
    return (this.#route ??= new AskedOnce(new RouteModel(route)));
  }

  /** Throws what opening it throws: `bad-input` where it is not here or does not fit, `download-failed`. */
  async model(id: string, signal?: AbortSignal): Promise<AskedOnce> {
    if (id === languageRouteId) return this.route(signal);
    return (await this.#place(id, () => this.#open(id, signal))).model;
  }

  /** See `AskedOnce.cost`; null where it is not open. */
  async cost(id: string): Promise<number | null> {
    if (id === languageRouteId) return this.#route?.cost ?? null;
    return (await this.#known(id))?.model.cost ?? null;
  }

  /** Closes what was opened from files that have changed or gone since, with the averages that it is a member of. */
  async refresh(rows: readonly AdapterSummary[]): Promise<void> {
    const versions = new Map(rows.map((row) => [row.id, versionOf(row)]));
    for (const id of [...this.#places.keys()]) {
      const version = (await this.#known(id))?.version;
      if (version && versions.get(id) !== version) await this.#closeWith(id);
    }
  }

  /** Of kept models, closes those that nobody has asked for longest, but for `spare` of them and the ones named. */
  async keepOpen(ids: readonly string[], spare: number): Promise<void> {
    const needed = new Set(ids);
    for (const id of needed) for (const member of (await this.#known(id))?.members ?? []) needed.add(member);
    const idle: string[] = [];
    for (const id of this.#places.keys())
      if (!needed.has(id) && (await this.#known(id))?.version) idle.push(id);
    for (const id of idle.slice(0, Math.max(0, idle.length - spare))) await this.#closeWith(id);
  }

  async close(): Promise<void> {
    for (const id of [...this.#places.keys()]) await this.#close(id);
  }

  #place(id: string, open: () => Promise<Opened>): Promise<Opened> {
    const known = this.#places.get(id);
    // The order of the map is that of the last use.
    this.#places.delete(id);
    const opening = known ?? open();
    this.#places.set(id, opening);
    // What failed once, e.g. a download, is tried again by the next question.
    opening.catch(() => {
      if (this.#places.get(id) === opening) this.#places.delete(id);
    });
    return opening;
  }

  async #open(id: string, signal?: AbortSignal): Promise<Opened> {
    const members = new Map<string, AskedOnce>();
    const own: Members = {
      open: async (reference, list) => {
        const member = await this.#member(reference, list, signal);
        if (member) members.set(member.id, member.model);
        return member?.model ?? null;
      },
    };
    const resources: LearningResources = {
      runner: (each) => this.resources.runner(each),
      languageModel: (each) => this.resources.languageModel(each),
      members: own,
    };
    const opened = ({ model, dispose }: OpenedModel, version: string): Opened => ({
      model: new AskedOnce(model, [...members.values()]),
      dispose,
      members: [...members.keys()],
      version,
    });
    if (id.startsWith(shippedPrefix))
      return opened(await openShipped(id.slice(shippedPrefix.length), resources, signal), '');
    const kept = await this.kept.load(id);
    return opened(await openKept(kept, resources), versionOf(kept.row));
  }

  /** What an average's card names. */
  async #member(
    reference: string,
    list: OccupationList,
    signal?: AbortSignal,
  ): Promise<{ id: string; model: AskedOnce } | null> {
    if (reference.startsWith(hashPrefix)) {
      const id = await this.kept.byWeights(reference.slice(hashPrefix.length));
      return id === null ? null : { id, model: await this.model(id, signal) };
    }
    switch (reference) {
      case 'language-model':
        return { id: languageRouteId, model: await this.route(signal) };
      case 'language-route':
        return { id: reference, model: await this.#wholeRoute(list, signal) };
      case 'mixture':
        return {
          id: reference,
          model: (await this.#place(reference, () => this.#mixture(list, signal))).model,
        };
      default: {
        const id = `${shippedPrefix}${reference}`;
        return { id, model: await this.model(id, signal) };
      }
    }
  }

  /** The same route, which gives whole distributions where careers are scored. */
  async #wholeRoute(list: OccupationList, signal?: AbortSignal): Promise<AskedOnce> {
    const route = await this.route(signal);
    const whole = renormalisedRoute((await this.resources.languageModel(signal)).route, list);
    return new AskedOnce({ ...whole, predict: (...question) => route.predict(...question) }, [route]);
  }

  async #mixture(list: OccupationList, signal?: AbortSignal): Promise<Opened> {
    const language = await this.resources.languageModel(signal);
    const tables = tableModel(fromBaselineFile(await language.mixture(signal), list), list);
    return { ...lasting(tables), model: new AskedOnce(tables), members: [], version: '' };
  }

  #known(id: string): Promise<Opened | null> {
    return this.#places.get(id)?.catch(() => null) ?? Promise.resolve(null);
  }

  async #closeWith(id: string): Promise<void> {
    for (const other of [...this.#places.keys()])
      if ((await this.#known(other))?.members.includes(id)) await this.#closeWith(other);
    await this.#close(id);
  }

  async #close(id: string): Promise<void> {
    const opened = await this.#known(id);
    this.#places.delete(id);
    await opened?.dispose();
  }
}

function versionOf({ createdAt, bytes, kind }: AdapterSummary): string {
  return `${kind} ${createdAt} ${bytes}`;
}
