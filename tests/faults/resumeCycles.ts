import { SeededRandom } from '../../src/platform/index.ts';
import type { PanelRequest, StoredSettings } from '../../src/worker/index.ts';
import type { LearningResources } from '../../src/predictors/preparedRun.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { learningPlace, quiet, weights } from '../workbench/nodeLearning.ts';
import { type Moment, mortalRunner, mortalStore, Mortality } from './mortality.ts';

/** Kinds of model whose runs need no language model, so that a life begins at once. */
export type QuickKind = 'career' | 'logit' | 'bag-of-jobs';

export interface ResumeReport {
  kind: QuickKind;
  /** Times that a worker was killed and another one went on. */
  cycles: number;
  /** Runs that came to their end, each compared with the undisturbed one. */
  runs: number;
  killed: Record<Moment, number>;
  /** Runs that ended in other bytes than the undisturbed one; there must be none. */
  differing: number;
}

const people: PanelRequest = {
  name: 'Invented',
  origin: { kind: 'synthetic', people: 60, seed: 4, occupations: 6 },
  split: { seed: 1, testShare: 0.1 },
};

/** Most moments of a life: a step with its save has about ten. */
const mostMoments = 120;

/**
 * Trains one run over and over, killing its worker at random moments, in steps and in saves, until at least `cycles`
 * workers were killed and the run at hand has ended. Every run is held against one that nobody disturbed.
 */
export async function resumeCycles(
  resources: LearningResources,
  { cycles, seed, kind }: { cycles: number; seed: number; kind: QuickKind },
): Promise<ResumeReport> {
  const random = new SeededRandom(seed).split(kind);
  const report: ResumeReport = {
    kind,
    cycles: 0,
    runs: 0,
    killed: { 'before a step': 0, 'after a step': 0, 'in a save': 0, 'after a save': 0 },
    differing: 0,
  };
  const undisturbed = await newRun(resources, kind, `undisturbed ${kind} ${seed}`);
  await undisturbed.place.runs.train(undisturbed.id, quiet, undefined, new AbortController().signal);
  const expected = await weights(undisturbed.place, undisturbed.id);

  while (report.cycles < cycles) {
    const name = `${kind} ${seed} run ${report.runs}`;
    const { id, place } = await newRun(resources, kind, name);
    place.store.close();
    for (;;) {
      const mortality = new Mortality(1 + random.integer(mostMoments));
      // Half of the workers save after every step, the others after some.
      const killedIn = await live(resources, name, id, mortality, random.integer(2) * 15);
      if (killedIn === null) break;
      report.cycles++;
      report.killed[killedIn]++;
    }
    const last = learningPlace(resources, mortalStore(name, new Mortality(Infinity)));
    const bytes = await weights(last, id);
    if (!bytes || !expected || Buffer.compare(bytes, expected) !== 0) report.differing++;
    report.runs++;
    await last.store.deleteEverything();
  }
  await undisturbed.place.store.deleteEverything();
  return report;
}

/** One worker's life; null where the run ended in it, else where the worker was killed. */
async function live(
  resources: LearningResources,
  name: string,
  id: string,
  mortality: Mortality,
  keepEvery: number,
): Promise<Moment | null> {
  const runner = mortalRunner(await resources.runner(), mortality);
  const store = mortalStore(name, mortality);
  const place = learningPlace({ ...resources, runner: () => Promise.resolve(runner) }, store, keepEvery);
  // The page gives a new worker the panels of this visit.
  await place.panels.add(people);
  const training = place.runs.train(id, quiet, undefined, new AbortController().signal, true);
  const killedIn = await Promise.race([mortality.death, training.then(() => null)]);
  store.close();
  await runner.dispose();
  return killedIn;
}

async function newRun(resources: LearningResources, kind: QuickKind, name: string) {
  const place = learningPlace(resources, mortalStore(name, new Mortality(Infinity)));
  const panel = await place.panels.add(people);
  const { id } = await place.runs.create({ panel: panel.id, name, settings: smallSettings(kind, panel) });
  return { place, id };
}

/** Good settings, in a size of which a step takes milliseconds. */
function smallSettings(kind: QuickKind, panel: Parameters<typeof defaultSettings>[1]): StoredSettings {
  const usual = { ...defaultSettings(kind, panel), epochs: 12 };
  return usual.kind === 'career' ? { ...usual, hiddenSize: 16, intermediateSize: 32, layers: 1 } : usual;
}
