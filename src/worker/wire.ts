/**
 * What crosses the boundary as comlink sends it. Types only. Signals and callbacks cannot be cloned: a call has
 * a number instead, by which it is aborted and by which its events come back through one channel.
 */
import type { CareerHistory } from '../career/index.ts';
import type { NextStep } from '../occupation/index.ts';
import type { BackupSummary, CareerToSave, SameId, SavedCareer } from '../storage/index.ts';
import type { BenchProgress, ModelSpeed } from '../workbench/benchReport/index.ts';
import type {
  AdapterAnswer,
  CareerScore,
  CareerTop,
  DevicePreference,
  ModelProgress,
  PredictRequest,
  Prediction,
  TokenPiece,
} from '../predictors/language/index.ts';
import type { DeviceAttempt, ModelChoice, StartOutcome } from '../workbench/index.ts';
import type { RealmReport } from './contract.ts';

/** News of one call. `progress`: of a model that is being loaded. */
export interface CallEvent {
  callId: number;
  progress?: ModelProgress;
}

/** What supervision asks of any worker's side. All of its methods are asynchronous, as a remote one's are. */
export interface SupervisedHost<Event extends CallEvent> {
  /** The first call. The worker holds the lock of this name for as long as it lives. */
  hello(lockName: string, onEvent: (event: Event) => void): Promise<void>;
  ping(): Promise<void>;
  abort(callId: number): Promise<void>;
  realm(callId: number, isFresh: boolean): Promise<RealmReport>;
}

export type HostEvent =
  | { callId: number; progress: ModelProgress }
  | { callId: number; scored: number }
  | { callId: number; answer: AdapterAnswer }
  | { callId: number; bench: BenchProgress };

/** The side of the worker that predicts. Every call rejects with an `AppError`, which crosses with its code and data. */
export interface WorkerHost extends SupervisedHost<HostEvent> {
  /**
   * Tries the first device that is not among `attempts`. `models`: absolute address of the folder with the
   * manifest; a worker does not know the page's own address.
   */
  start(
    callId: number,
    preference: DevicePreference,
    models: string,
    attempts: readonly DeviceAttempt[],
    choice: ModelChoice,
  ): Promise<StartOutcome>;
  predict(callId: number, request: PredictRequest): Promise<Prediction>;
  scoreCareers(callId: number, histories: readonly CareerHistory[]): Promise<CareerScore[]>;
  topOccupations(callId: number, histories: readonly CareerHistory[]): Promise<CareerTop[]>;
  tokenize(callId: number, history: CareerHistory, next: NextStep): Promise<TokenPiece[]>;
  bench(callId: number, runs: number | undefined): Promise<ModelSpeed>;
  saveCareer(callId: number, career: CareerToSave): Promise<SavedCareer>;
  renameCareer(callId: number, id: string, name: string): Promise<void>;
  deleteCareer(callId: number, id: string): Promise<void>;
  keepDrafts(callId: number, isOn: boolean): Promise<void>;
  saveDraft(callId: number, career: Omit<CareerToSave, 'id'>): Promise<boolean>;
  forgetMeasurements(callId: number): Promise<void>;
  exportEverything(callId: number): Promise<Blob>;
  inspectBackup(callId: number, file: Blob): Promise<BackupSummary>;
  importBackup(callId: number, file: Blob, sameId: SameId): Promise<BackupSummary>;
  deleteEverything(callId: number): Promise<void>;
}
