import { type Experiment, type ExperimentArm, experiments } from '../../evaluation/index.ts';
import { AppError, asAppError, isAbort, throwIfAborted } from '../../platform/index.ts';
import type { ArmOutcome, ArmProgress, ExperimentReport, ExperimentRequest } from './experimentContract.ts';
import type { Panels } from '../panels/panels.ts';
import { ArmAnswers, type Answers, type ExperimentPeople } from './armAnswers.ts';
import { isAsked } from './armModel.ts';
import { drawnPanel, otherPeople } from './armPeople.ts';
import { checkSettings } from './armSettings.ts';
import type { ArmPlace, Doing } from './armTraining.ts';
import { averageAnswers } from './averageAnswers.ts';
import { experimentReport } from './experimentReport.ts';
import type { KeptArms } from './keptArms.ts';

export interface ExperimentPlace extends ArmPlace {
  readonly panels: Panels;
}

type Tell = (progress: ArmProgress) => void;

/** An arm that cannot be had here, or learns nothing, is told as that; the others are compared all the same. */
const ownFailures = new Set<string>(['unsupported', 'diverged']);

/** Runs the paper's questions on panels, one arm after another. */
export class Experiments {
  readonly #kept: KeptArms = { trained: new Map(), answers: new Map() };
  #running: { signal: AbortSignal; ended: Promise<unknown> } | null = null;

  constructor(private readonly place: ExperimentPlace) {}

  /**
   * Fits what is to be fitted, asks every arm about the same test people, and compares. Waits for one that is cancelled and still
   * at its last step. Throws `in-use` while another one runs here, `bad-input` where people are missing; errors name the experiment and the arm.
   */
  async run(request: ExperimentRequest, tell: Tell, signal: AbortSignal): Promise<ExperimentReport> {
    const experiment = experiments.find(({ name }) => name === request.name);
    if (!experiment) throw new AppError('bad-input', `There is no experiment “${request.name}”.`);
    while (this.#running?.signal.aborted) await this.#running.ended;
    if (this.#running) throw new AppError('in-use', 'Another experiment is running; cancel it first.');
    const work = this.#run(experiment, request, tell, signal);
    const running = { signal, ended: work.catch(() => undefined).then(() => (this.#running = null)) };
    this.#running = running;
    return work;
  }

  /** Forgets what was computed of a panel. */
  forget(panel: string): void {
    for (const kept of [this.#kept.trained, this.#kept.answers])
      for (const key of kept.keys()) if (key.includes(panel)) kept.delete(key);
  }

  forgetAll(): void {
    this.#kept.trained.clear();
    this.#kept.answers.clear();
  }

  async #run(
    experiment: Experiment,
    request: ExperimentRequest,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<ExperimentReport> {
    const people = await this.#people(experiment, request);
    checkSettings(experiment, people.panel.row, request);
    const asking = new ArmAnswers(people, request, this.#kept, this.place);
    const answers = new Map<string, Answers>();
    const outcomes: ArmOutcome[] = [];
    const needsTuning = experiment.arms.some((arm) => !isAsked(arm));
    try {
      for (const [index, arm] of experiment.arms.entries()) {
        throwIfAborted(signal);
        const tellArm = (doing: Doing) => {
          tell({ arm: arm.name, index, arms: experiment.arms.length, ...doing });
        };
        const failure = await failureOf(experiment, arm, async () => {
          const said = isAsked(arm)
            ? await asking.answers(arm, needsTuning ? ['tuning', 'test'] : ['test'], {
                tell: tellArm,
                signal,
              })
            : averageAnswers(people.panel, answers);
          answers.set(arm.name, said);
        });
        outcomes.push(outcomeOf(arm, asking, failure));
      }
    } finally {
      await asking.dispose();
    }
    throwIfAborted(signal);
    return experimentReport(experiment, request, people, outcomes, answers);
  }

  async #people(experiment: Experiment, request: ExperimentRequest): Promise<ExperimentPeople> {
    const { panels } = this.place;
    const { people, seed } = request;
    if (experiment.needsOtherPanel && request.other === undefined)
      throw new AppError('bad-input', `${experiment.title}: this needs people of another population, too.`);
    const other =
      experiment.needsOtherPanel && request.other !== undefined ? await panels.open(request.other) : null;
    const panel = drawnPanel(await panels.open(request.panel), { people, seed });
    if (panel.people.test.length === 0)
      throw new AppError('bad-input', `${experiment.title}: the panel has no test people to measure on.`);
    return { panel, other, others: other ? otherPeople(other, panel, { people, seed }) : [] };
  }
}

/** What keeps this arm alone from answering; null where nothing does. Throws anything else, named. */
async function failureOf(
  { title }: Experiment,
  { label }: ExperimentArm,
  work: () => Promise<void>,
): Promise<ArmOutcome['failure']> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isAbort(error)) throw error;
    const { code, message, data } = asAppError(error);
    if (ownFailures.has(code)) return { code, message };
    throw new AppError(code, `${title}, “${label}”: ${message}`, data, { cause: error });
  }
}

function outcomeOf(arm: ExperimentArm, asking: ArmAnswers, failure: ArmOutcome['failure']): ArmOutcome {
  const trained = isAsked(arm) ? asking.trained(arm) : undefined;
  const perplexities = trained?.epochs.map(({ tuningPerplexity }) => tuningPerplexity) ?? [];
  return {
    arm: arm.name,
    label: arm.label,
    learnedFrom: isAsked(arm) ? asking.learnedFrom(arm) : { people: 0, others: 0 },
    epochs: trained?.epochs.length ?? null,
    trainingSeconds: trained?.seconds ?? null,
    tuningPerplexity: perplexities.length > 0 ? Math.min(...perplexities) : null,
    failure,
  };
}
