import { add, embeddingBag, linear, multiply, type TwoStageLogits } from '../../onnx/index.ts';
import { weightedHistory } from '../records/ownHistory.ts';
import { matrix, vector, type StepForm, type StepPass, type StepSizes } from '../records/stepForm.ts';

/**
 * The multinomial logit: every feature of a step, and how often and how lately each occupation was had, adds a vector to
 * the logits. All of it begins at 0. A feature's table is read by rows, so that no one-hot matrix is ever made.
 */
export function logitForm(sizes: StepSizes): StepForm {
  const { occupations, covariateRows } = sizes;
  return {
    kind: 'logit',
    sizes,
    parameters: [
      matrix('features.weight', covariateRows, occupations),
      matrix('past.weight', occupations, occupations),
      matrix('stay.features.weight', covariateRows, 2),
      matrix('stay.past.weight', 2, occupations),
      vector('occupation.bias', occupations),
      vector('stay.bias', 2),
      vector('history.common', 1),
    ],
    deviations: {},
    dropouts: [],
    writeHistory: weightedHistory,
    logits: logitLogits,
  };
}

function logitLogits({ graph, weight, covariates, history }: StepPass): TwoStageLogits {
  const occupation = embeddingBag(graph, weight('features.weight'), covariates);
  const fromPast = linear(graph, history, weight('past.weight'), weight('occupation.bias'));
  // Rare occupations share what common ones teach about going back.
  const goingBack = multiply(graph, history, weight('history.common'));
  const stay = embeddingBag(graph, weight('stay.features.weight'), covariates);
  return {
    occupation: add(graph, add(graph, occupation, fromPast), goingBack),
    stay: add(graph, stay, linear(graph, history, weight('stay.past.weight'), weight('stay.bias'))),
  };
}
