import type { BaselineFile } from '../evaluation/index.ts';
import type { OccupationList } from '../occupation/index.ts';
import type { AskedModel } from './askedModel.ts';
import type { AdapterFiles } from './files/adapterFile.ts';
import type { BaseModel } from './lora/baseModel.ts';
import type { GraphRunner } from './training/graphRunner.ts';
import type { TrainingSettings, TrainingTask } from './training/trainingTask.ts';
import type { TextTokenizer } from '../lm/index.ts';
import type { ScoringDecoder } from '../onnx/index.ts';
import type { AdapterToKeep, RunRow } from '../storage/index.ts';
import type { ModelReport } from './language/modelReport.ts';
import type { LanguageRoute } from './language/languageRoute.ts';
import type { ExampleAnswer } from './training/runNews.ts';

/** The language model as training needs it: its answers and hidden states, and the weights that they come from. */
export interface LearningModel {
  readonly route: LanguageRoute;
  readonly tokenizer: TextTokenizer;
  readonly contextLength: number;
  readonly hiddenSize: number;
  /** Rows `[tokens × hiddenSize]` of the output embedding. */
  readonly outputEmbeddings: (tokens: readonly number[]) => Float32Array;
  /** Its weights, for training that goes through them. Throws `unsupported` where only its answers can be had. */
  readonly base: () => BaseModel;
  readonly report: ModelReport;
  /** Names what it was tuned by; absent for the model that ships. */
  readonly tunedBy?: string;
  /** Another graph of this model on the same device, e.g. tuned. Whoever opens it disposes of it. */
  open(graph: ScoringDecoder): Promise<LanguageRoute>;
  /** What was trained on it and came with it, by name. */
  readonly shipped: ReadonlyMap<string, AdapterFiles>;
  /** The mixture of transition tables that came with it. Throws `download-failed`. */
  mixture(signal?: AbortSignal): Promise<BaselineFile>;
}

/** What the place has in which models are trained and asked. Each is made when it is first needed, and kept. */
export interface LearningResources {
  /** Runs graphs on the chosen device. */
  runner(signal?: AbortSignal): Promise<GraphRunner>;
  languageModel(signal?: AbortSignal): Promise<LearningModel>;
  /** What averages are of, where models that are open already are asked; absent: each average opens its own. */
  readonly members?: Members;
}

/** Opens the members of averages. */
export interface Members {
  /** By its reference in the average's card; `list`: what the average predicts. Null where it is not here. */
  open(reference: string, list: OccupationList, signal?: AbortSignal): Promise<AskedModel | null>;
}

/** A run with everything at hand that it learns from. */
export interface PreparedRun {
  readonly task: TrainingTask;
  readonly training: TrainingSettings;
  /** What the task's batches count. */
  readonly examples: 'observations' | 'tokens';
  /** Memory that people, hidden states, parameters and moments take. */
  readonly bytes: number;
  /** One tuning person's last step as the model of these parameters sees it; null where there is none to show. */
  example(theta: Float32Array): Promise<ExampleAnswer | null>;
  /** The trained parameters as something that is kept, exported and asked. Its id is the run's. */
  adapter(run: RunRow, best: Float32Array): Promise<AdapterToKeep>;
}
