/** What the command line may ask of the page. Types only: both ends import them. */
import type { CareerHistory } from '../../career/index.ts';
import type { PredictionFormat, ScoredCareer } from '../../evaluation/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { ErrorCode } from '../../platform/index.ts';
import type { StoredModelSummary } from '../../storage/index.ts';
import type {
  AdapterAnswer,
  ArmProgress,
  BenchProgress,
  BenchReport,
  CareerScore,
  CareerTop,
  DevicePreference,
  DeviceReport,
  EpochFigures,
  ExperimentReport,
  ExperimentRequest,
  FirstAnswer,
  ModelChoice,
  ModelProgress,
  ModelReport,
  Prediction,
  RunSummary,
  SavedPredictions,
} from '../../worker/index.ts';

/** Typed arrays do not survive the trip between page and Node as such. NaN does. */
type Plain<T> = { [Key in keyof T]: T[Key] extends Float64Array ? number[] : T[Key] };
export type PlainScore = Plain<CareerScore>;
export type PlainTop = Plain<CareerTop>;
export type PlainPrediction = Omit<Plain<Prediction>, 'adapters'> & { adapters: Plain<AdapterAnswer>[] };

/** Errors do not survive it either: `AppError` goes as data. */
export type Outcome<T> = { value: T } | { error: { code: ErrorCode; message: string } };

/** Files cannot be told apart from text on the trip: contents go as base64. */
export interface PlainFile {
  name: string;
  base64: string;
}

/** What came with the app, was trained before, or is trained first. */
export type PlainModel =
  | { shipped: string }
  | { files: readonly PlainFile[] }
  | { trained: TrainingRequest }
  | { average: PlainAverage };

/** Members by their names, or as files; `settings`: each goes to the members that have it. */
export interface PlainAverage {
  of: readonly (string | { name: string; files: readonly PlainFile[] })[];
  learners: readonly CareerHistory[];
  settings: ChosenSettings;
  seed: number;
}

export interface AdapterScores {
  scores: PlainAdapterScore[];
  device: DeviceReport | null;
}
export type PlainAdapterScore = {
  [Key in keyof Required<ScoredCareer>]: Key extends 'personId' ? string : number[];
};

/** One of the paper's questions, asked of people who are test people, or not, by their file. */
export interface PlainExperiment extends Omit<ExperimentRequest, 'panel' | 'other'> {
  learning: readonly CareerHistory[];
  test: readonly CareerHistory[];
  other: readonly CareerHistory[] | null;
  /** By frequency: the learning people's own titles. */
  list: ExperimentList;
}

export type ExperimentList = 'occ1990dd' | 'frequency';

export interface ExperimentOutcome {
  report: ExperimentReport;
  device: DeviceReport | null;
}

/** What is trained on the command line. `settings`: those that differ from the app's own. */
export interface TrainingRequest {
  kind: string;
  careers: readonly CareerHistory[];
  settings: ChosenSettings;
  seed: number;
}

export type ChosenSettings = Readonly<Record<string, string | number | boolean>>;

export interface TrainedAdapter {
  run: RunSummary;
  files: PlainFile[];
  device: DeviceReport | null;
}

/** What a model says about each of these people, for a file. */
export interface PlainPredictions {
  model: PlainModel | 'language-route';
  careers: readonly CareerHistory[];
  format: PredictionFormat;
  hiddenStates: boolean;
}

export type PredictionsWritten = Omit<SavedPredictions, 'file'> & { device: DeviceReport | null };

/** What a model says about one step, over the list that it predicts; sums to 1. */
export interface PlainAnswer {
  occupations: readonly { code: string; title: string }[];
  probabilities: number[];
  device: DeviceReport;
  seconds: number;
}

export interface LabBridge {
  /** From now on everything stands on this language model. */
  useBase(choice: ModelChoice): Promise<Outcome<null>>;
  start(device: DevicePreference): Promise<Outcome<ModelReport>>;
  scoreCareers(histories: readonly CareerHistory[]): Promise<Outcome<PlainScore[]>>;
  topOccupations(histories: readonly CareerHistory[]): Promise<Outcome<PlainTop[]>>;
  predict(history: CareerHistory, next: NextStep): Promise<Outcome<PlainPrediction>>;
  predictWith(
    model: PlainModel,
    question: { history: CareerHistory; next: NextStep },
    device: DevicePreference,
  ): Promise<Outcome<PlainAnswer>>;
  scoreWith(
    model: PlainModel,
    careers: readonly CareerHistory[],
    device: DevicePreference,
  ): Promise<Outcome<AdapterScores>>;
  /** The file itself comes in `file` events, in order. */
  savePredictions(request: PlainPredictions, device: DevicePreference): Promise<Outcome<PredictionsWritten>>;
  experiment(request: PlainExperiment, device: DevicePreference): Promise<Outcome<ExperimentOutcome>>;
  storedModels(): Promise<Outcome<readonly StoredModelSummary[]>>;
  /** Of a page that has started nothing yet. */
  timeToFirstAnswer(
    device: DevicePreference,
    choice: ModelChoice,
  ): Promise<Outcome<{ report: ModelReport; firstAnswer: FirstAnswer }>>;
  /** Of the model that was started. */
  bench(runs: number): Promise<Outcome<BenchReport>>;
  train(request: TrainingRequest, device: DevicePreference): Promise<Outcome<TrainedAdapter>>;
}

/** News that the page sends while a call runs. */
export type LabEvent =
  | { progress: ModelProgress }
  | { scored: number }
  | { status: string }
  | { file: string }
  | { epoch: EpochFigures }
  | { arm: ArmProgress }
  | { bench: BenchProgress };

/** Names on the page's global object. */
export interface LabGlobal {
  /** Set by the page when it can be called. */
  onwardLab?: LabBridge;
  /** Set by the command line before the page loads. */
  onwardLabEvent?: (event: LabEvent) => Promise<void>;
}
