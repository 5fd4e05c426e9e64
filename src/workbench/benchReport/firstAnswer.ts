import type {
  DevicePreference,
  ModelProgress,
  ModelReport,
  PredictRequest,
} from '../../predictors/language/index.ts';
import type { ModelChoice } from '../languageModels/modelChoice.ts';
import { benchCareer, benchStep } from './benchCareer.ts';
import type { FirstAnswer } from './benchContract.ts';

/** What is timed: something that loads a model and answers. */
interface AnsweringConnection {
  start(
    preference: DevicePreference,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal | undefined,
    choice: ModelChoice,
  ): Promise<ModelReport>;
  predict(request: PredictRequest, signal?: AbortSignal): Promise<unknown>;
}

/**
 * Starts a model on a connection that has not been used, asks for one answer, and says how long the person would have
 * waited. Throws what both throw.
 */
export async function timeToFirstAnswer(
  connection: AnsweringConnection,
  { preference, choice }: { preference: DevicePreference; choice: ModelChoice },
  onProgress: (progress: ModelProgress) => void,
  signal?: AbortSignal,
): Promise<{ report: ModelReport; firstAnswer: FirstAnswer }> {
  const started = performance.now();
  const report = await connection.start(preference, onProgress, signal, choice);
  const loadMs = performance.now() - started;
  // The language route alone: what was trained on it is another model, with a download of its own.
  await connection.predict({ history: benchCareer, next: benchStep(), adapters: [] }, signal);
  const firstAnswer = {
    device: report.device.device,
    timeToFirstAnswerMs: performance.now() - started,
    loadMs,
    isFromCache: report.isFromCache,
    isRemembered: report.device.rememberedSince !== undefined,
  };
  return { report, firstAnswer };
}
