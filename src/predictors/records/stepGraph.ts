import {
  type AdamW,
  compiled,
  type CompiledGraph,
  DataType,
  type FloatType,
  Graph,
  multiply,
  packedParameters,
  type PackedParameters,
  parameterTensor,
  type PreviousOccupation,
  type StepOptions,
  trainingStep,
  type TwoStageLogits,
  twoStageLoss,
  twoStageProbabilities,
} from '../../onnx/index.ts';
import type { StepForm } from './stepForm.ts';

/** Steps that one graph takes at once. */
export interface StepGraphShape {
  readonly rows: number;
  readonly dtype?: FloatType;
}

/**
 * One training step of a model of single steps. Inputs beside theta and those of `adamWStep`: int64 `covariates [rows,
 * fields]`, `previous`, `labels`, `stay_labels [rows, 1]`; `history [rows, occupations]`; `has_previous`, `label_weights`,
 * `stay_weights [rows, 1]` (see `TwoStageTargets`); dropout masks. Output: `loss [1]` in nats.
 */
export function stepTrainingGraph(
  form: StepForm,
  options: StepGraphShape & StepOptions & { readonly optimizer: AdamW; readonly dropout: boolean },
): CompiledGraph {
  const { graph, theta, logits, previous } = stepPass(form, options, options.dropout);
  const int64 = (name: string) => graph.input(name, [options.rows, 1], DataType.int64);
  const loss = twoStageLoss(graph, logits, previous, {
    occupation: int64('labels'),
    occupationWeights: graph.input('label_weights', [options.rows, 1]),
    stay: int64('stay_labels'),
    stayWeights: graph.input('stay_weights', [options.rows, 1]),
  });
  return trainingStep(graph, loss, theta, form.parameters, options);
}

/** The distributions: the inputs of a training step without its targets; output `probabilities [rows, occupations]`. */
export function stepPredictionGraph(form: StepForm, shape: StepGraphShape): CompiledGraph {
  const { graph, logits, previous } = stepPass(form, shape, false);
  graph.output('probabilities', twoStageProbabilities(graph, logits, previous));
  return compiled(graph, form.parameters);
}

interface StepLogits {
  readonly graph: Graph;
  readonly theta: PackedParameters;
  readonly logits: TwoStageLogits;
  readonly previous: PreviousOccupation;
}

function stepPass(form: StepForm, { rows, dtype }: StepGraphShape, hasDropout: boolean): StepLogits {
  const { occupations, covariateFields } = form.sizes;
  const graph = new Graph(form.kind, dtype ?? 'float32');
  const theta = packedParameters(graph, 'theta', form.parameters);
  const previous = {
    index: graph.input('previous', [rows, 1], DataType.int64),
    isPresent: graph.input('has_previous', [rows, 1]),
  };
  const logits = form.logits({
    graph,
    rows,
    weight: (name) => parameterTensor(theta.tensors, name),
    covariates: graph.input('covariates', [rows, covariateFields], DataType.int64),
    history: graph.input('history', [rows, occupations]),
    dropped: (name, x) => (hasDropout ? multiply(graph, x, graph.input(name, x.shape)) : x),
  });
  return { graph, theta, logits, previous };
}
