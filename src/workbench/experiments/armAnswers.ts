import type { CareerHistory } from '../../career/index.ts';
import type { ScoredCareer } from '../../evaluation/index.ts';
import type { ExperimentRequest } from './experimentContract.ts';
import type { OpenedModel, OpenPanel } from '../../predictors/models.ts';
import { type AskedArm, armReading, openArm } from './armModel.ts';
import { armPanel, learnersOf } from './armPeople.ts';
import { armSettings } from './armSettings.ts';
import type { ArmPlace, Doing, TrainedArm } from './armTraining.ts';
import type { KeptArms } from './keptArms.ts';

/** What an arm said about people, in their order. */
export type Answers = Readonly<Partial<Record<AnsweringPart, ScoredCareer[]>>>;
export type AnsweringPart = 'tuning' | 'test';

/** The people of an experiment. */
export interface ExperimentPeople {
  panel: OpenPanel;
  other: OpenPanel | null;
  others: readonly CareerHistory[];
}

interface Watching {
  tell: (doing: Doing) => void;
  signal: AbortSignal;
}

/** Asks one arm after another; what was trained stays open for the next arm of the same training. */
export class ArmAnswers {
  #open: { key: string; panel: OpenPanel; model: OpenedModel } | null = null;

  constructor(
    private readonly people: ExperimentPeople,
    private readonly request: ExperimentRequest,
    private readonly kept: KeptArms,
    private readonly place: ArmPlace,
  ) {}

  /** What an arm's training came to; undefined where nothing was trained. */
  trained(arm: AskedArm): TrainedArm | undefined {
    return this.kept.trained.get(this.#trainingKey(arm));
  }

  /** How many people an arm learns from, and how many of those are of another population. */
  learnedFrom(arm: AskedArm): { people: number; others: number } {
    if (!arm.isFitted) return { people: 0, others: 0 };
    const { own, others } = learnersOf(this.people.panel, this.people.others, arm);
    return { people: own + others, others };
  }

  async answers(arm: AskedArm, parts: readonly AnsweringPart[], watching: Watching): Promise<Answers> {
    const key = JSON.stringify([this.#trainingKey(arm), arm.shownWhenPredicting ?? {}]);
    const known = this.kept.answers.get(key) ?? {};
    const missing = parts.filter((part) => !known[part]);
    if (missing.length === 0) return known;
    const { panel, model } = await this.#opened(arm, watching);
    const answers: Partial<Record<AnsweringPart, ScoredCareer[]>> = { ...known };
    for (const part of missing) answers[part] = await this.#score(arm, part, panel, model, watching);
    this.kept.answers.set(key, answers);
    return answers;
  }

  async dispose(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.model.dispose();
  }

  async #opened(arm: AskedArm, watching: Watching) {
    const key = this.#trainingKey(arm);
    if (this.#open?.key === key) return this.#open;
    await this.dispose();
    const panel = armPanel(this.people.panel, this.people.others, arm, this.request.seed);
    const before = this.kept.trained.get(key);
    const { opened, trained } = await openArm(arm, panel, this.#settings(arm), before, this.place, watching);
    if (trained) this.kept.trained.set(key, trained);
    return (this.#open = { key, panel, model: opened });
  }

  async #score(
    arm: AskedArm,
    part: AnsweringPart,
    panel: OpenPanel,
    { model }: OpenedModel,
    { tell, signal }: Watching,
  ): Promise<ScoredCareer[]> {
    const people = panel.people[part];
    const { list, pooled } = panel.row.list;
    const started = performance.now();
    const onScored = (done: number) => {
      const secondsLeft = ((people.length - done) * (performance.now() - started)) / 1000 / done;
      tell({ doing: 'scoring', done, total: people.length, epoch: null, secondsLeft });
    };
    const reading = armReading(arm, panel, this.request.seed);
    const scores = await this.place.turns.take(() =>
      model.score(people, list, { onScored, signal, ...reading }),
    );
    if (arm.shown?.titles !== 'codes') return scores;
    const own = new Set(list.occupations.filter(({ code }) => code !== pooled?.code).map(({ code }) => code));
    return scores.map((score, p) => ofTitlesWithCodes(score, people[p], own));
  }

  #settings(arm: AskedArm) {
    return armSettings(arm, this.people.panel.row, this.request);
  }

  /** Names everything that an arm's training depends on. */
  #trainingKey(arm: AskedArm): string {
    const { panel, other } = this.people;
    const { model, isFitted, shown = {}, fittingShare = 1, otherShare = 0 } = arm;
    const others = otherShare > 0 ? [other?.row.id, otherShare, this.request.people ?? null] : [];
    return JSON.stringify([
      panel.row.id,
      this.request.seed,
      others,
      model,
      isFitted,
      shown,
      fittingShare,
      this.#settings(arm),
    ]);
  }
}

/** Titles that share one code are told apart by nobody who knows the code alone: no comparison holds there. */
function ofTitlesWithCodes(
  score: ScoredCareer,
  { observations }: CareerHistory,
  codes: ReadonlySet<string>,
): ScoredCareer {
  const logProbs = score.logProbs.map((logProb, t) =>
    codes.has(observations[t].occupationCode ?? '') ? logProb : NaN,
  );
  return { ...score, logProbs };
}
