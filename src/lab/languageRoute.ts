import type { CareerHistory } from '../career/index.ts';
import type { ScoredCareer } from '../evaluation/index.ts';
import type { NextStep } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import type { DevicePreference, ModelReport } from '../worker/index.ts';
import { openAppPage } from './appPage.ts';
import type { AppPage } from './appPage.ts';
import type { LabEvent, PlainPrediction } from './page/bridge.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

export interface PanelScores {
  scores: ScoredCareer[];
  tokens: number;
}

/** People per call: progress and memory stay even, whatever the size of the panel. */
const batchPeople = 100;

/** The bundled language model inside the app. */
export class LanguageRoute {
  private constructor(
    private readonly page: AppPage,
    readonly report: ModelReport,
    private readonly listener: { onScored: (done: number) => void },
  ) {}

  /** Opens the app and loads the model. Throws AppError, among them `unsupported` where the device asked for is not there. */
  static async open(device: DevicePreference): Promise<LanguageRoute> {
    const loading = new StderrProgress('Loading the model', 1);
    const listener = { onScored: (_done: number): void => undefined };
    const page = await openAppPage((event: LabEvent) => {
      if ('progress' in event) loading.update(event.progress.fraction);
      else if ('scored' in event) listener.onScored(event.scored);
      else tell(event.status);
    });
    try {
      const report = await page.call('start', device);
      tell(`Runs on ${report.device.device} (${report.device.name}): ${report.device.reason}`);
      if (device !== 'auto' && report.device.device !== device) {
        throw new AppError(
          'unsupported',
          `Asked for ${device}, got ${report.device.device}: ${report.device.reason}`,
        );
      }
      return new LanguageRoute(page, report, listener);
    } catch (error) {
      await page.close();
      throw error;
    }
  }

  predict(history: CareerHistory, next: NextStep): Promise<PlainPrediction> {
    return this.page.call('predict', withoutExtra(history), next);
  }

  /** Log probabilities of every observation and of repeating the one before, people in the order given. */
  async scoreCareers(histories: readonly CareerHistory[]): Promise<PanelScores> {
    const scores: ScoredCareer[] = [];
    const progress = new StderrProgress('Scoring', histories.length);
    let tokens = 0;
    for (let start = 0; start < histories.length; start += batchPeople) {
      this.listener.onScored = (done) => {
        progress.update(start + done);
      };
      const batch = histories.slice(start, start + batchPeople).map(withoutExtra);
      for (const score of await this.page.call('scoreCareers', batch)) {
        tokens += score.tokens;
        scores.push({
          personId: score.personId,
          logProbs: Float64Array.from(score.logProbs),
          stayLogProbs: Float64Array.from(score.stayLogProbs),
        });
      }
    }
    progress.update(histories.length);
    return { scores, tokens };
  }

  /**
   * Adds what only the whole distribution tells: the rank of what happened, the probability of the
   * most probable occupation, and of not working. One prediction per observation.
   */
  async addDistributions(
    histories: readonly CareerHistory[],
    scores: readonly ScoredCareer[],
  ): Promise<ScoredCareer[]> {
    const total = histories.reduce((sum, { observations }) => sum + observations.length, 0);
    const progress = new StderrProgress('Whole distributions', total);
    let done = 0;
    const complete: ScoredCareer[] = [];
    for (const [person, history] of histories.entries()) {
      const { observations } = history;
      const ranks = new Int32Array(observations.length);
      const topProbs = new Float64Array(observations.length);
      const notWorkingLogProbs = new Float64Array(observations.length);
      for (const [t, { year, education, region, occupationCode }] of observations.entries()) {
        const before = { ...history, observations: observations.slice(0, t) };
        const { codes, raw } = await this.predict(before, { year, education, region });
        const observed = raw[codes.indexOf(occupationCode ?? '')] ?? NaN;
        ranks[t] = Number.isNaN(observed) ? 0 : 1 + raw.filter((prob) => prob > observed).length;
        topProbs[t] = Math.max(...raw);
        notWorkingLogProbs[t] = Math.log(raw[codes.indexOf('not_working')] ?? NaN);
        progress.update(++done);
      }
      complete.push({ ...scores[person], ranks, topProbs, notWorkingLogProbs });
    }
    return complete;
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** Columns that no model reads stay here. */
function withoutExtra(history: CareerHistory): CareerHistory {
  const observations = history.observations.map(({ year, education, occupationCode, title, region }) => ({
    year,
    education,
    occupationCode,
    title,
    ...(region !== undefined && { region }),
  }));
  return { ...history, observations };
}
