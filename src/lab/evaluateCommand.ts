import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CareerHistory } from '../career/index.ts';
import { evaluate, type EvaluationReport, type ScoredCareer } from '../evaluation/index.ts';
import type { DeviceReport } from '../worker/index.ts';
import { trainedBaseline } from './baselines.ts';
import type { EvaluateCommand } from './commandLine.ts';
import { LanguageRoute } from './languageRoute.ts';
import { type LearnedSource, plainModel, scoreByModel } from './learnedModel.ts';
import { observationCsv } from './observationCsv.ts';
import { readPanelFile } from './panelFile.ts';
import { type PredictionFileReport, savePredictionFile } from './predictionFile.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

interface ScoredPanel {
  scores: readonly ScoredCareer[];
  /** Null for a baseline, which runs in Node. */
  device: DeviceReport | null;
  revision: string | null;
  tokens: number | null;
  /** Scoring alone, loading or training aside; of what was trained or shipped, all of it. */
  seconds: number;
  /** Of `--full`, on top. */
  fullSeconds: number | null;
}

/** The JSON object of `evaluate`. */
export interface EvaluationOutput extends EvaluationReport {
  model: string;
  revision: string | null;
  panel: string;
  train: string | null;
  device: string;
  deviceReport: DeviceReport | null;
  seconds: number;
  fullSeconds: number | null;
  tokens: number | null;
  tokensPerSecond: number | null;
  /** The file of `--save`. */
  saved: PredictionFileReport | null;
}

/** Scores every observation of a panel and reports the metrics. Throws AppError. */
export async function runEvaluate(command: EvaluateCommand): Promise<EvaluationOutput> {
  const { model, source, panel, out, draws, seed } = command;
  const people = await readPanelFile(panel);
  const scored = await scorePeople(people, command);
  const { scores, device, revision, tokens, seconds, fullSeconds } = scored;
  if (out !== null) {
    await mkdir(out, { recursive: true });
    const file = join(out, `${basename(model)}.csv`);
    await writeFile(file, observationCsv(people, scores));
    tell(`Log probabilities of every observation: ${file}`);
  }
  const saved = command.save && (await savePredictionFile(people, command, command.save));
  tell(`Bootstrap over ${people.length} people, ${draws} draws`);
  const whole = evaluate(people, scores, { draws, seed });
  const report = source.kind === 'language-route' ? firstRanksOnly(whole) : whole;
  return {
    model,
    revision,
    panel,
    train: 'train' in source ? source.train : null,
    ...report,
    device: device?.device ?? 'node',
    deviceReport: device,
    seconds,
    fullSeconds,
    tokens,
    tokensPerSecond: tokens === null ? null : tokens / seconds,
    saved,
  };
}

function scorePeople(people: readonly CareerHistory[], command: EvaluateCommand): Promise<ScoredPanel> {
  const { source } = command;
  switch (source.kind) {
    case 'language-route':
      return scoreByLanguageRoute(people, command);
    case 'baseline':
      return scoreByBaseline(people, source.name, source.train);
    default:
      return scoreByLearned(people, source, command);
  }
}

/** The search for the most probable occupation tells no rank but the first. */
function firstRanksOnly(report: EvaluationReport): EvaluationReport {
  const unknown = { top5: null, top10: null };
  return { ...report, ...unknown, standardErrors: { ...report.standardErrors, ...unknown } };
}

async function scoreByLanguageRoute(
  people: readonly CareerHistory[],
  command: EvaluateCommand,
): Promise<ScoredPanel> {
  const { full } = command;
  const route = await LanguageRoute.open(command);
  try {
    const start = performance.now();
    const { scores, tokens } = await route.scoreCareers(people);
    const scored = performance.now();
    const complete = full ? await route.addTops(people, scores) : scores;
    return {
      scores: complete,
      device: route.report.device,
      revision: route.report.revision,
      tokens,
      seconds: (scored - start) / 1000,
      fullSeconds: full ? (performance.now() - scored) / 1000 : null,
    };
  } finally {
    await route.close();
  }
}

async function scoreByLearned(
  people: readonly CareerHistory[],
  source: LearnedSource,
  command: EvaluateCommand,
): Promise<ScoredPanel> {
  const model = await plainModel(source, command);
  const start = performance.now();
  const { scores, device: report } = await scoreByModel(model, people, command);
  return {
    scores,
    device: report,
    revision: null,
    tokens: null,
    seconds: (performance.now() - start) / 1000,
    fullSeconds: null,
  };
}

async function scoreByBaseline(
  people: readonly CareerHistory[],
  name: Parameters<typeof trainedBaseline>[0],
  train: string | null,
): Promise<ScoredPanel> {
  const model = await trainedBaseline(name, train);
  const progress = new StderrProgress('Scoring', people.length);
  const start = performance.now();
  const scores = people.map((history, i) => {
    progress.update(i);
    return model.scoreCareer(history);
  });
  progress.update(people.length);
  const seconds = (performance.now() - start) / 1000;
  return { scores, device: null, revision: null, tokens: null, seconds, fullSeconds: null };
}
