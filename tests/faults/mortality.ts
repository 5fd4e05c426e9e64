import { type GraphRunner, GraphRunner as Runner } from '../../src/predictors/training/graphRunner.ts';
import { Store } from '../../src/storage/index.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';

/** Where a worker can be when it is killed. */
export type Moment = 'before a step' | 'after a step' | 'in a save' | 'after a save';

const never = new Promise<never>(() => undefined);

/**
 * One life of a worker, that ends at its `lastMoment`th moment. From then on nothing that it was doing goes on: what it
 * awaits never comes, and what it had not committed is gone, as when a browser kills a worker.
 */
export class Mortality {
  /** Resolves to where the worker was killed. */
  readonly death: Promise<Moment>;
  #moments = 0;
  #isDead = false;
  #die: (moment: Moment) => void = () => undefined;

  constructor(private readonly lastMoment: number) {
    this.death = new Promise((resolve) => (this.#die = resolve));
  }

  /** Whether the worker is dead; dies of it where this is its last moment. */
  strikes(moment: Moment): boolean {
    if (!this.#isDead && ++this.#moments >= this.lastMoment) {
      this.#isDead = true;
      this.#die(moment);
    }
    return this.#isDead;
  }

  /** What `work` resolves to, if the worker is still alive before and after it. */
  async around<T>(before: Moment, work: () => Promise<T>, after: Moment): Promise<T> {
    if (this.strikes(before)) return never;
    const result = await work();
    return this.strikes(after) ? never : result;
  }
}

/** The same device, in the hands of a worker that dies. */
export function mortalRunner({ runtime }: GraphRunner, mortality: Mortality): GraphRunner {
  const { ort, ...rest } = runtime;
  const { InferenceSession } = ort;
  const create = async (graph: Uint8Array, options?: object) => {
    const session = await InferenceSession.create(graph, options);
    const run = session.run.bind(session);
    session.run = (feeds: Parameters<typeof run>[0]) =>
      mortality.around('before a step', () => run(feeds), 'after a step');
    return session;
  };
  const sessions = { create } as unknown as typeof InferenceSession;
  return new Runner({ ...rest, ort: { Tensor: ort.Tensor, InferenceSession: sessions } });
}

/** A store on the databases of `name` that takes back what it had not committed when the worker dies. */
export function mortalStore(name: string, mortality: Mortality): Store {
  const careers = new CareersDatabase(name);
  careers.use({
    stack: 'dbcore',
    name: 'mortality',
    create: (core) => ({
      ...core,
      table: (table) => {
        const inner = core.table(table);
        return {
          ...inner,
          // No promise of our own between two requests: IndexedDB would commit what it has.
          mutate: (request) => {
            if (!mortality.strikes('in a save')) return inner.mutate(request);
            (request.trans as unknown as IDBTransaction).abort();
            return never;
          },
        };
      },
    }),
  });
  const store = new Store(new WeightsDatabase(`${name} weights`), careers);
  const keep = store.runs.keepCheckpoint.bind(store.runs);
  store.runs.keepCheckpoint = (...given) =>
    mortality.around('in a save', () => keep(...given), 'after a save');
  return store;
}
