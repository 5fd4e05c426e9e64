import type { PredictionFormat } from '../../evaluation/index.ts';
import type { PanelPart } from '../../storage/index.ts';
import type { ModelReference } from '../comparisons/comparisonRequest.ts';

/** What a model says about every observation of a panel's part, as a file. */
export interface PredictionsRequest {
  panel: string;
  part: PanelPart;
  model: ModelReference;
  format: PredictionFormat;
  /** Whether the states that a language model was in stand beside, where the model reads one. */
  hiddenStates: boolean;
}

export interface SavedPredictions {
  file: Blob;
  people: number;
  observations: number;
  /** Whether the model says more than the list, so that its probabilities were divided by what it gave the whole list. */
  isRenormalised: boolean;
  /** Numbers of each hidden state; null where there are none in the file. */
  hiddenSize: number | null;
}
