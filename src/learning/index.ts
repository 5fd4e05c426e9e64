/**
 * learning: what can be trained on a person's own machine. Owns the training run (schedule, steps, checkpoints), and the
 * models trained by it: CAREER, heads on the language model's hidden states, LoRA, multinomial logit, bag of jobs. Graphs come from
 * onnx, careers and lists from the pure rooms; an onnxruntime build is handed in, in the browser or in Node.
 * Promises: everything random takes a seed, and a run that goes on from a checkpoint ends in the same bytes; losses
 * are nats; every distribution sums to 1 within float32; test people are never trained or chosen on.
 */
export * from './training/schedule.ts';
export { fillMask } from './training/dropoutMask.ts';
export { GraphRunner } from './training/graphRunner.ts';
export { float32, int64, type Feed, type TrainingRuntime } from './training/runtime.ts';
export { TrainingRun, type TrainingEvent } from './training/trainingRun.ts';
export { answeringTheta, initialState, type TrainingState } from './training/trainingState.ts';
export type { TrainingBatch, TrainingSettings, TrainingTask } from './training/trainingTask.ts';
export { PanelEncoding, type EncodedCareer } from './panel/panelEncoding.ts';
export {
  bagOfJobsFields,
  covariateFields,
  logitFields,
  pathFields,
  payFields,
  stepFieldNames,
  type StepField,
} from './panel/stepFields.ts';
export { logitForm } from './logit/logit.ts';
export { bagOfJobsForm, type BagOfJobsConfig } from './bagOfJobs/bagOfJobs.ts';
export type { StepForm, StepSizes } from './steps/stepForm.ts';
export { stepPredictionGraph, stepTrainingGraph } from './steps/stepGraph.ts';
export { StepModel } from './steps/stepModel.ts';
export { StepTask, type StepSettings } from './steps/stepTask.ts';
export { careerParameters, type CareerConfig } from './career/careerConfig.ts';
export { careerPredictionGraph, careerTrainingGraph } from './career/careerGraph.ts';
export { CareerTask, type CareerSettings } from './career/careerTask.ts';
export { CareerModel } from './career/careerModel.ts';
export { type TrainedCareer, warmStart } from './career/warmStart.ts';
export { headParameters, type HeadConfig } from './head/headConfig.ts';
export { headPredictionGraph, headTrainingGraph } from './head/headGraph.ts';
export { HeadModel } from './head/headModel.ts';
export { measuredBaseWeight } from './head/baseWeight.ts';
export { HeadTask, type HeadSettings } from './head/headTask.ts';
export type { HeadCareer } from './head/headRows.ts';
export { titleLogits, type TitleLogits } from './head/titleLogits.ts';
export {
  careerDocument,
  encodeDocument,
  type Lesson,
  type PieceEncoder,
  type TokenDocument,
  type WeightedPiece,
} from './documents/document.ts';
export {
  batchTensors,
  planBatches,
  rowLengths,
  rowsPerBatch,
  type BatchTensors,
  type DocumentBatch,
} from './documents/batches.ts';
export { readBaseModel, type BaseModel } from './lora/baseModel.ts';
export { LoraTask, type LoraSettings } from './lora/loraTask.ts';
export { mergeLora } from './lora/loraTensors.ts';
export { lowerStates, type LowerStates } from './lora/lowerStates.ts';
export { meanTitleNll } from './lora/titleNll.ts';
export { tunedDecoder } from './lora/tunedDecoder.ts';
export type { TunedModel } from './lora/tunedModel.ts';
export {
  exportAdapter,
  importAdapter,
  type Adapter,
  type AdapterFiles,
  type Expectations,
} from './adapterFiles/adapterFile.ts';
export { readCard, type AdapterAbout, type AdapterCard, type AdapterKind } from './adapterFiles/card.ts';
export {
  exportBaseModel,
  exportLora,
  importLora,
  peftFileNames,
  type ImportedLora,
  type PeftFiles,
} from './adapterFiles/peft.ts';
export { writeSafetensors, type FloatTensor } from './adapterFiles/safetensors.ts';
export { readSafetensors, type SafetensorsFile } from './adapterFiles/safetensorsReader.ts';
export { careerFilesArchive } from './cluster/careerFilesArchive.ts';
export { clusterArchive } from './cluster/clusterArchive.ts';
export { usualClusterSettings, type ClusterSettings } from './cluster/clusterSettings.ts';
export { trainingLines, type LineForm } from './cluster/trainingLines.ts';
