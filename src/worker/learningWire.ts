/**
 * What crosses the boundary to the worker that trains. Types only; see `wire.ts` for how calls are named.
 */
import type {
  CareerHistory,
  LayoutOptions,
  OpenedPanel,
  PanelLayout,
  PanelOptions,
  PanelReport,
} from '../career/index.ts';
import type { ComparisonReport, ScoredCareer } from '../evaluation/index.ts';
import type { ModelReport } from '../predictors/language/index.ts';
import type {
  ArmProgress,
  AverageToKeep,
  ComparisonRequest,
  PredictionsRequest,
  SavedPredictions,
  ExperimentReport,
  ExperimentRequest,
  ModelChoice,
  ModelReference,
  PanelRequest,
  Place,
  RunEvent,
  RunSummary,
} from '../workbench/index.ts';
import type {
  AdapterFileSet,
  AdapterSummary,
  PanelPart,
  PanelSummary,
  StoredSettings,
} from '../storage/index.ts';
import type { LearningDevice } from './learningContract.ts';
import type { CallEvent, SupervisedHost } from './wire.ts';

export type LearningEvent = CallEvent &
  ({ run: RunEvent } | { arm: ArmProgress } | { done: number; total: number } | object);

/** What a new worker is told before anything else: where it is, and what an earlier one had in memory. */
export interface LearningSetUp extends Place {
  panels: readonly PanelRequest[];
}

/** The side of the worker that trains. */
export interface LearningHostCalls extends SupervisedHost<LearningEvent> {
  setUp(callId: number, setUp: LearningSetUp): Promise<ModelReport | null>;
  useModel(callId: number, choice: ModelChoice): Promise<void>;
  openPanel(callId: number, file: File, options?: LayoutOptions): Promise<OpenedPanel>;
  inspectPanel(callId: number, file: File, layout: PanelLayout, options: PanelOptions): Promise<PanelReport>;
  addPanel(callId: number, request: PanelRequest): Promise<PanelSummary>;
  storePanel(callId: number, id: string): Promise<PanelSummary>;
  renamePanel(callId: number, id: string, name: string): Promise<void>;
  deletePanel(callId: number, id: string): Promise<void>;
  listPanels(callId: number): Promise<PanelSummary[]>;
  readPanel(callId: number, id: string, part: PanelPart): Promise<CareerHistory[]>;
  exportForCluster(callId: number, id: string, baseModel: string): Promise<Uint8Array<ArrayBuffer>>;
  exportCareerFiles(callId: number, id: string): Promise<Uint8Array<ArrayBuffer>>;
  defaultSettings(callId: number, kind: string, panel: string): Promise<StoredSettings>;
  createRun(
    callId: number,
    request: { panel: string; name: string; settings: StoredSettings },
  ): Promise<RunSummary>;
  /** `isAgain`: it was asked of a worker that died. */
  trainRun(callId: number, id: string, options?: { steps?: number; isAgain?: boolean }): Promise<RunSummary>;
  pauseRun(callId: number, id: string): Promise<RunSummary>;
  stopRun(callId: number, id: string): Promise<RunSummary>;
  describeRun(callId: number, id: string, words: { name?: string; notes?: string }): Promise<RunSummary>;
  listRuns(callId: number): Promise<RunSummary[]>;
  deleteRun(callId: number, id: string): Promise<void>;
  listAdapters(callId: number): Promise<AdapterSummary[]>;
  exportAdapter(callId: number, id: string): Promise<AdapterFileSet>;
  importAdapter(callId: number, name: string, files: AdapterFileSet): Promise<AdapterSummary>;
  deleteAdapter(callId: number, id: string): Promise<void>;
  keepAverage(callId: number, average: AverageToKeep): Promise<AdapterSummary>;
  compare(callId: number, request: ComparisonRequest): Promise<ComparisonReport>;
  scorePanel(
    callId: number,
    request: { panel: string; part: PanelPart; model: ModelReference },
  ): Promise<ScoredCareer[]>;
  savePredictions(callId: number, request: PredictionsRequest): Promise<SavedPredictions>;
  runExperiment(callId: number, request: ExperimentRequest): Promise<ExperimentReport>;
  device(callId: number): Promise<LearningDevice>;
}
