import type { CareerHistory } from '../career/index.ts';
import type { ScoredCareer } from '../evaluation/index.ts';
import type { NextStep } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import type { ModelReport } from '../worker/index.ts';
import { type AppPage, openAppPage } from './appPage.ts';
import type { LabPlace } from './baseModel.ts';
import type { LabEvent, PlainPrediction } from './page/bridge.ts';
import { plainCareer } from './plainCareer.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

export interface PanelScores {
  scores: ScoredCareer[];
  tokens: number;
}

/** People per call: progress and memory stay even, whatever the size of the panel. */
const batchPeople = 100;

/** Rank of an observation that was not the most probable one: the search tells no more. */
export const beyondFirst = 2 ** 31 - 1;

/** A language model inside the app. */
export class LanguageRoute {
  private constructor(
    private readonly page: AppPage,
    readonly report: ModelReport,
    private readonly listener: { onScored: (done: number) => void },
  ) {}

  /** Opens the app and loads the model. Throws AppError, among them `unsupported` where the device asked for is not there. */
  static async open({ device, base }: LabPlace): Promise<LanguageRoute> {
    const listener = { onScored: (_done: number): void => undefined };
    let loading: StderrProgress | null = null;
    const page = await openAppPage(base, (event: LabEvent) => {
      if ('progress' in event) loading?.update(event.progress.fraction);
      else if ('scored' in event) listener.onScored(event.scored);
      else if ('status' in event) tell(event.status);
    });
    try {
      loading = new StderrProgress('Loading the model', 1);
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
    return this.page.call('predict', plainCareer(history), next);
  }

  /** Log probabilities of every observation and of repeating the one before, people in the order given. */
  async scoreCareers(histories: readonly CareerHistory[]): Promise<PanelScores> {
    const scores = await this.inBatches('Scoring', histories, (batch) =>
      this.page.call('scoreCareers', batch),
    );
    return {
      tokens: scores.reduce((sum, { tokens }) => sum + tokens, 0),
      scores: scores.map(({ personId, logProbs, stayLogProbs }) => ({
        personId,
        logProbs: Float64Array.from(logProbs),
        stayLogProbs: Float64Array.from(stayLogProbs),
      })),
    };
  }

  /** Adds the most probable occupation of every observation: whether it is the one that happened. */
  async addTops(
    histories: readonly CareerHistory[],
    scores: readonly ScoredCareer[],
  ): Promise<ScoredCareer[]> {
    const tops = await this.inBatches('Most probable occupations', histories, (batch) =>
      this.page.call('topOccupations', batch),
    );
    return tops.map(({ codes, logProbs }, person) => {
      const { observations } = histories[person];
      const rankOf = (code: string | null, t: number) => (code === codes[t] ? 1 : beyondFirst);
      return {
        ...scores[person],
        ranks: Int32Array.from(observations, ({ occupationCode }, t) => rankOf(occupationCode, t)),
        topProbs: Float64Array.from(logProbs, Math.exp),
      };
    });
  }

  close(): Promise<void> {
    return this.page.close();
  }

  private async inBatches<T>(
    label: string,
    histories: readonly CareerHistory[],
    work: (batch: readonly CareerHistory[]) => Promise<T[]>,
  ): Promise<T[]> {
    const results: T[] = [];
    const progress = new StderrProgress(label, histories.length);
    for (let start = 0; start < histories.length; start += batchPeople) {
      this.listener.onScored = (done) => {
        progress.update(start + done);
      };
      const batch = histories.slice(start, start + batchPeople).map(plainCareer);
      results.push(...(await work(batch)));
    }
    progress.update(histories.length);
    return results;
  }
}
