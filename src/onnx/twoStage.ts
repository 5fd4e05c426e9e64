import { add, binary, unary } from './arithmetic.ts';
import { crossEntropy } from './crossEntropy.ts';
import { reduce, type Graph, type Tensor } from './graph.ts';
import { int, text } from './model.ts';

/** Subtracted from the logit of the previous occupation among the moves: its softmax weight is then exactly 0. */
export const excludedLogit = -1e9;

/** What the two-stage head of CAREER (Vafa et al.) says about n steps. */
export interface TwoStageLogits {
  /** `[n, occupations]`: which occupation, given that it is another one. */
  readonly occupation: Tensor;
  /** `[n, 2]`: stay, move. */
  readonly stay: Tensor;
}

/** The step before each. Rows without a previous occupation of the list have `isPresent` 0 and any `index`. */
export interface PreviousOccupation {
  /** int64 `[n, 1]` */
  readonly index: Tensor;
  /** `[n, 1]`, 0 or 1. */
  readonly isPresent: Tensor;
}

/** What happened. `occupationWeights` is 0 where the person stayed, `stayWeights` where there was nowhere to stay. */
export interface TwoStageTargets {
  /** int64 `[n, 1]`: the observed occupation. */
  readonly occupation: Tensor;
  readonly occupationWeights: Tensor;
  /** int64 `[n, 1]`: 0 stayed, 1 moved. */
  readonly stay: Tensor;
  readonly stayWeights: Tensor;
}

/** Weighted negative log-likelihood in nats, `[1]`: of staying or moving, and of where to among the others. */
export function twoStageLoss(
  graph: Graph,
  logits: TwoStageLogits,
  previous: PreviousOccupation,
  targets: TwoStageTargets,
): Tensor {
  const others = withoutPrevious(graph, logits.occupation, previous);
  const move = crossEntropy(graph, others, targets.occupation, targets.occupationWeights);
  const stay = crossEntropy(graph, logits.stay, targets.stay, targets.stayWeights);
  return add(graph, move, stay);
}

/**
 * The distribution itself, `[n, occupations]`, each row summing to 1: s at the previous occupation and (1 − s) times
 * the softmax of the others; the plain softmax where there is no previous one. Not recorded.
 */
export function twoStageProbabilities(
  graph: Graph,
  logits: TwoStageLogits,
  previous: PreviousOccupation,
): Tensor {
  const others = withoutPrevious(graph, logits.occupation, previous);
  const move = graph.emit('Softmax', [others], others.shape, { axis: int(-1) });
  const rows = logits.stay.shape[0];
  const choice = graph.emit('Softmax', [logits.stay], logits.stay.shape, { axis: int(-1) });
  const [stays] = graph.emitAll(
    'Split',
    [choice],
    [
      [rows, 1],
      [rows, 1],
    ],
    { axis: int(1), num_outputs: int(2) },
  );
  const stay = binary(graph, 'Mul', stays, previous.isPresent);
  const rest = binary(graph, 'Mul', move, binary(graph, 'Sub', graph.scalar(1), stay));
  return scatterAdd(graph, rest, previous.index, stay);
}

/**
 * log of p / (1 − p) of the previous occupation under a plain softmax of `logits [n, occupations]`, `[n, 1]`: what a model
 * that knows no two stages says about staying. Any number where there is no previous one. Not recorded.
 */
export function stayLogOdds(graph: Graph, logits: Tensor, previous: PreviousOccupation): Tensor {
  const own = graph.emit('GatherElements', [logits, previous.index], previous.index.shape, { axis: int(1) });
  const others = withoutPrevious(graph, logits, previous);
  const highest = reduce(graph, 'ReduceMax', others, [1]);
  const sum = reduce(graph, 'ReduceSum', unary(graph, 'Exp', binary(graph, 'Sub', others, highest)), [1]);
  return binary(graph, 'Sub', own, binary(graph, 'Add', highest, unary(graph, 'Log', sum)));
}

/** The logits with `excludedLogit` added at the previous occupation. */
function withoutPrevious(graph: Graph, logits: Tensor, { index, isPresent }: PreviousOccupation): Tensor {
  const masked = scatterAdd(
    graph,
    logits,
    index,
    binary(graph, 'Mul', isPresent, graph.scalar(excludedLogit)),
  );
  // The sum's gradient passes unchanged: at the excluded entry the softmax's own is exactly 0.
  return graph.record(masked, [{ input: logits, gradient: (dy) => dy }]);
}

function scatterAdd(graph: Graph, x: Tensor, index: Tensor, updates: Tensor): Tensor {
  return graph.emit('ScatterElements', [x, index, updates], x.shape, {
    axis: int(1),
    reduction: text('add'),
  });
}
