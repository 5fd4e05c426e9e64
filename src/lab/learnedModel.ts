import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CareerHistory } from '../career/index.ts';
import type { ScoredCareer } from '../evaluation/index.ts';
import type { NextStep } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import type { DeviceReport } from '../worker/index.ts';
import { type AppPage, openAppPage } from './appPage.ts';
import type { LabPlace } from './baseModel.ts';
import { isFolder, type ModelSource } from './modelSource.ts';
import type {
  AdapterScores,
  ChosenSettings,
  ExperimentOutcome,
  LabEvent,
  PlainAnswer,
  PlainExperiment,
  PlainFile,
  PlainModel,
  TrainedAdapter,
  TrainingRequest,
} from './page/bridge.ts';
import { readPanelFile } from './panelFile.ts';
import { plainCareer } from './plainCareer.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

export type LearnedSource = Extract<ModelSource, { kind: 'shipped' | 'trained' | 'average' | 'folder' }>;

/** The model as the page takes it. Throws AppError `bad-input` where files cannot be read. */
export async function plainModel(
  source: LearnedSource,
  { settings, seed }: { settings: ChosenSettings; seed: number },
): Promise<PlainModel> {
  switch (source.kind) {
    case 'shipped':
      return { shipped: source.name };
    case 'folder':
      return { files: await filesOf(source.path) };
    case 'average': {
      const learners = (await readPanelFile(source.train)).map(plainCareer);
      const of = await Promise.all(
        source.of.map(async (name) => (isFolder(name) ? { name, files: await filesOf(name) } : name)),
      );
      return { average: { of, learners, settings, seed } };
    }
    case 'trained': {
      const careers = (await readPanelFile(source.train)).map(plainCareer);
      return { trained: { kind: source.name, careers, settings, seed } };
    }
  }
}

/** What the model says about these people, inside the app. Throws AppError. */
export function scoreByModel(
  model: PlainModel,
  people: readonly CareerHistory[],
  place: LabPlace,
): Promise<{ scores: ScoredCareer[]; device: DeviceReport | null }> {
  const progress = new StderrProgress('Scoring', people.length);
  const onEvent = (event: LabEvent) => {
    if ('scored' in event) progress.update(event.scored);
  };
  return inApp(place, onEvent, async (page) => {
    const plain = people.map(plainCareer);
    const { scores, device: report } = await page.call('scoreWith', model, plain, place.device);
    return { scores: scores.map(scoredCareer), device: report };
  });
}

/** What the model says about one step of one career, inside the app. Throws AppError. */
export function answerByModel(
  model: PlainModel,
  question: { history: CareerHistory; next: NextStep },
  place: LabPlace,
): Promise<PlainAnswer> {
  return inApp(
    place,
    () => undefined,
    (page) => page.call('predictWith', model, question, place.device),
  );
}

/** Trains inside the app. Throws AppError. */
export function trainInApp(request: TrainingRequest, place: LabPlace): Promise<TrainedAdapter> {
  return inApp(
    place,
    () => undefined,
    (page) => page.call('train', request, place.device),
  );
}

/** Asks one of the paper's questions inside the app. Throws AppError. */
export function experimentInApp(request: PlainExperiment, place: LabPlace): Promise<ExperimentOutcome> {
  let progress: StderrProgress | null = null;
  const onEvent = (event: LabEvent) => {
    if (!('arm' in event)) return;
    const { arm, index, arms, doing, done, total } = event.arm;
    const label = `${arm} (${index + 1} of ${arms}), ${doing}`;
    if (progress?.label !== label || progress.total !== total) progress = new StderrProgress(label, total);
    progress.update(done);
  };
  return inApp(place, onEvent, (page) => page.call('experiment', request, place.device));
}

/** Throws `unsupported` where the work was done on another device than the one asked for. */
export async function inApp<Result extends { device: DeviceReport | null }>(
  { device, base }: LabPlace,
  onEvent: (event: LabEvent) => void,
  work: (page: AppPage) => Promise<Result>,
): Promise<Result> {
  const page = await openAppPage(base, (event: LabEvent) => {
    onEvent(event);
    if ('epoch' in event) {
      const { epoch, trainingPerplexity, tuningPerplexity } = event.epoch;
      const [training, tuning] = [trainingPerplexity, tuningPerplexity].map((value) => value.toFixed(3));
      tell(`Epoch ${epoch + 1}: perplexity in training ${training}, of tuning people ${tuning}`);
    } else if ('status' in event) tell(event.status);
  });
  try {
    const result = await work(page);
    const { device: report } = result;
    if (report && device !== 'auto' && report.device !== device)
      throw new AppError('unsupported', `Asked for ${device}, got ${report.device}: ${report.reason}`);
    return result;
  } finally {
    await page.close();
  }
}

/** What a score lacks, e.g. whole ranks, comes as an empty list. */
function scoredCareer(score: AdapterScores['scores'][number]): ScoredCareer {
  const { personId, logProbs, stayLogProbs, notWorkingLogProbs, ranks, topProbs } = score;
  return {
    personId,
    logProbs: Float64Array.from(logProbs),
    ...(stayLogProbs.length > 0 && { stayLogProbs: Float64Array.from(stayLogProbs) }),
    ...(notWorkingLogProbs.length > 0 && { notWorkingLogProbs: Float64Array.from(notWorkingLogProbs) }),
    ...(ranks.length > 0 && { ranks: Int32Array.from(ranks) }),
    ...(topProbs.length > 0 && { topProbs: Float64Array.from(topProbs) }),
  };
}

async function filesOf(folder: string): Promise<PlainFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.(safetensors|json)$/.test(name));
  if (names.length === 0)
    throw new AppError('bad-input', `${folder} holds no adapter: no *.safetensors, no *.json`);
  return Promise.all(
    names.map(async (name) => ({ name, base64: (await readFile(join(folder, name))).toString('base64') })),
  );
}
