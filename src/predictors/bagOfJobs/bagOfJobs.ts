import { add, embeddingBag, gelu, linear, multiply, type TwoStageLogits } from '../../onnx/index.ts';
import { jobCounts } from '../records/ownHistory.ts';
import { matrix, vector, type StepForm, type StepPass, type StepSizes } from '../records/stepForm.ts';

/** Sizes of a bag of jobs. */
export interface BagOfJobsConfig extends StepSizes {
  readonly hiddenSize: number;
}

/**
 * The bag of jobs of CAREER's authors (Vafa et al.): it knows how often each occupation was had, in no order, the last one,
 * and the covariates. Counts, and the features, meet in one hidden layer.
 */
export function bagOfJobsForm({ hiddenSize, ...sizes }: BagOfJobsConfig): StepForm {
  const { occupations, covariateRows } = sizes;
  return {
    kind: 'bag-of-jobs',
    sizes,
    parameters: [
      matrix('jobs.weight', hiddenSize, occupations),
      matrix('covariates.weight', covariateRows, hiddenSize),
      matrix('occupation.weight', occupations, hiddenSize),
      matrix('stay.weight', 2, hiddenSize),
      vector('hidden.bias', hiddenSize),
      vector('occupation.bias', occupations),
      vector('stay.bias', 2),
      vector('history.weight', occupations),
      vector('history.common', 1),
    ],
    deviations: { 'jobs.weight': 0.1, 'covariates.weight': 0.1 },
    dropouts: [{ name: 'dropout.hidden', width: hiddenSize }],
    writeHistory: jobCounts,
    logits: bagOfJobsLogits,
  };
}

function bagOfJobsLogits({ graph, weight, covariates, history, dropped }: StepPass): TwoStageLogits {
  const jobs = linear(graph, history, weight('jobs.weight'), weight('hidden.bias'));
  const features = embeddingBag(graph, weight('covariates.weight'), covariates);
  const hidden = dropped('dropout.hidden', gelu(graph, add(graph, jobs, features)));
  const bonus = add(graph, weight('history.weight'), weight('history.common'));
  const occupation = linear(graph, hidden, weight('occupation.weight'), weight('occupation.bias'));
  return {
    occupation: add(graph, occupation, multiply(graph, history, bonus)),
    stay: linear(graph, hidden, weight('stay.weight'), weight('stay.bias')),
  };
}
