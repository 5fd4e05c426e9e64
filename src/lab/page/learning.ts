import type { CareerHistory } from '../../career/index.ts';
import type { ScoredCareer } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import {
  connectLearning,
  type DevicePreference,
  type LearningConnection,
  type ModelChoice,
  type ModelReference,
  type PanelPart,
  type RunSummary,
} from '../../worker/index.ts';
import { changedSettings } from './changedSettings.ts';
import type {
  AdapterScores,
  ExperimentOutcome,
  LabEvent,
  PlainAdapterScore,
  PlainExperiment,
  PlainModel,
  TrainedAdapter,
  TrainingRequest,
} from './bridge.ts';

export type Tell = (event: LabEvent) => void;
/** Any but an average. */
export type LoneModel = Exclude<PlainModel, { average: unknown }>;

/** Nobody tests: whoever is asked about comes in a file of their own. */
const everybody = { seed: 0, testShare: 0 };
/** Titles of fewer people are pooled, as on the page. */
const minimumPeople = 10;
const parts: readonly PanelPart[] = ['fitting', 'tuning', 'test'];

/** What a model says about every observation of these people, in their order. */
export async function scoreWith(
  model: LoneModel,
  careers: readonly CareerHistory[],
  device: DevicePreference,
  tell: Tell,
): Promise<AdapterScores> {
  return withLearning(device, tell, async (learning) => {
    const reference = await modelReference(model, learning, tell);
    const panel = await learning.addPanel({
      name: 'people',
      origin: { kind: 'careers', careers },
      split: everybody,
    });
    const scores = new Map<string, ScoredCareer>();
    for (const part of parts) {
      const before = scores.size;
      const onScored = (done: number) => tell({ scored: before + done });
      for (const score of await learning.scorePanel({ panel: panel.id, part, model: reference }, onScored))
        scores.set(score.personId, score);
    }
    const { report } = await learning.device();
    return { scores: careers.map(({ personId }) => plain(personId, scores.get(personId))), device: report };
  });
}

/** Trains one model on these people, a tenth of whom decide when it stops, and gives its files. */
export async function train(
  request: TrainingRequest,
  device: DevicePreference,
  tell: Tell,
): Promise<TrainedAdapter> {
  return withLearning(device, tell, async (learning) => {
    const run = await trained(request, learning, tell);
    const files = await learning.exportAdapter(run.id);
    const { report } = await learning.device();
    return {
      run,
      files: files.map(({ name, content }) => ({ name, base64: base64(content) })),
      device: report,
    };
  });
}

/** Answers one of the paper's questions on these people. */
export async function experiment(
  { learning: people, test, other, list, ...request }: PlainExperiment,
  device: DevicePreference,
  tell: Tell,
): Promise<ExperimentOutcome> {
  return withLearning(device, tell, async (learning) => {
    const { seed } = request;
    const panel = await learning.addPanel({
      name: 'training and test people',
      origin: { kind: 'careers', careers: [...people, ...test] },
      split: { seed, testPeople: test.map(({ personId }) => personId) },
      ...(list === 'frequency' && { list: { minimumPeople } }),
    });
    const others =
      other &&
      (await learning.addPanel({
        name: 'another population',
        origin: { kind: 'careers', careers: other },
        split: { ...everybody, seed },
        list: { minimumPeople },
      }));
    const report = await learning.runExperiment(
      { ...request, panel: panel.id, ...(others && { other: others.id }) },
      (arm) => tell({ arm }),
    );
    return { report, device: (await learning.device()).report };
  });
}

async function trained(
  request: TrainingRequest,
  learning: LearningConnection,
  tell: Tell,
): Promise<RunSummary> {
  const { careers, seed } = request;
  const panel = await learning.addPanel({
    name: 'training people',
    origin: { kind: 'careers', careers },
    split: { ...everybody, seed },
  });
  return trainedOn(panel.id, request, learning, tell);
}

/** A run on a panel that has come to its end, and has an adapter. */
export async function trainedOn(
  panel: string,
  { kind, settings, seed }: Omit<TrainingRequest, 'careers'>,
  learning: LearningConnection,
  tell: Tell,
): Promise<RunSummary> {
  const usual = await learning.defaultSettings(kind, panel);
  const chosen = changedSettings(usual, { seed, ...settings });
  const run = await learning.createRun({ panel, name: kind, settings: chosen });
  const ended = await learning.trainRun(run.id, (event) => {
    if (event.kind === 'epoch') {
      const { epoch, trainingPerplexity, tuningPerplexity } = event;
      tell({ epoch: { epoch, trainingPerplexity, tuningPerplexity } });
    } else if (event.kind === 'preparing' && event.done === event.total)
      tell({ status: `Read: ${event.what}` });
  });
  if (!ended.hasAdapter) throw new AppError('internal', ended.reason ?? 'Nothing was learned.');
  return ended;
}

/** The language model that everything stands on; null: the one that comes with the app. */
let chosenBase: ModelChoice = null;

export function useBase(choice: ModelChoice): void {
  chosenBase = choice;
}

export function base(): ModelChoice {
  return chosenBase;
}

export async function withLearning<T>(
  preference: DevicePreference,
  tell: Tell,
  work: (learning: LearningConnection) => Promise<T>,
): Promise<T> {
  const learning = connectLearning({ preference });
  learning.onStatus((status) => {
    if ('message' in status) tell({ status: status.message });
  });
  try {
    if (chosenBase !== null) await learning.useModel(chosenBase);
    return await work(learning);
  } finally {
    learning.close();
  }
}

export async function modelReference(
  model: LoneModel,
  learning: LearningConnection,
  tell: Tell,
): Promise<Extract<ModelReference, { kind: 'adapter' }>> {
  if ('shipped' in model) return { kind: 'adapter', id: `shipped/${model.shipped}` };
  if ('trained' in model) return { kind: 'adapter', id: (await trained(model.trained, learning, tell)).id };
  const files = model.files.map(({ name, base64: text }) => ({ name, content: bytes(text) }));
  return { kind: 'adapter', id: (await learning.importAdapter('From a file', files)).id };
}

export function plain(personId: string, score: ScoredCareer | undefined): PlainAdapterScore {
  const list = (values: ArrayLike<number> | undefined) => Array.from(values ?? []);
  return {
    personId,
    logProbs: list(score?.logProbs),
    stayLogProbs: list(score?.stayLogProbs),
    notWorkingLogProbs: list(score?.notWorkingLogProbs),
    ranks: list(score?.ranks),
    topProbs: list(score?.topProbs),
  };
}

function bytes(base64Text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64Text), (char) => char.charCodeAt(0));
}

export function base64(content: Uint8Array): string {
  let text = '';
  for (let start = 0; start < content.length; start += 0x8000)
    text += String.fromCharCode(...content.subarray(start, start + 0x8000));
  return btoa(text);
}
