/** What the command line may ask of the page. Types only: both ends import them. */
import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { ErrorCode } from '../../platform/index.ts';
import type {
  CareerScore,
  CareerTop,
  DevicePreference,
  ModelProgress,
  ModelReport,
  Prediction,
} from '../../worker/index.ts';

/** Typed arrays do not survive the trip between page and Node as such. NaN does. */
type Plain<T> = { [Key in keyof T]: T[Key] extends Float64Array ? number[] : T[Key] };
export type PlainScore = Plain<CareerScore>;
export type PlainTop = Plain<CareerTop>;
export type PlainPrediction = Plain<Prediction>;

/** Errors do not survive it either: `AppError` goes as data. */
export type Outcome<T> = { value: T } | { error: { code: ErrorCode; message: string } };

export interface LabBridge {
  start(device: DevicePreference): Promise<Outcome<ModelReport>>;
  scoreCareers(histories: readonly CareerHistory[]): Promise<Outcome<PlainScore[]>>;
  topOccupations(histories: readonly CareerHistory[]): Promise<Outcome<PlainTop[]>>;
  predict(history: CareerHistory, next: NextStep): Promise<Outcome<PlainPrediction>>;
}

/** News that the page sends while a call runs. */
export type LabEvent = { progress: ModelProgress } | { scored: number } | { status: string };

/** Names on the page's global object. */
export interface LabGlobal {
  /** Set by the page when it can be called. */
  onwardLab?: LabBridge;
  /** Set by the command line before the page loads. */
  onwardLabEvent?: (event: LabEvent) => Promise<void>;
}
