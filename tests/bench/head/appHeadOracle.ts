import type { HeadConfig } from '../../../src/predictors/head/headConfig.ts';
import type { Feed } from '../../../src/predictors/training/runtime.ts';
import { normEpsilon } from './plainHead.ts';

type Values = ArrayLike<number>;

/**
 * Mean loss in nats of the head that the app trains, in float64 loops from its definition: of staying or moving, and of
 * where to by a softmax over the other occupations alone, so that nothing has to be masked. `theta`: values by name.
 */
export function appHeadLoss(
  config: HeadConfig,
  theta: ReadonlyMap<string, Values>,
  feeds: Readonly<Record<string, Feed>>,
): number {
  const { hiddenSize, occupations, rank, previousRank, covariateFields, baseWeight } = config;
  const get = (name: string): Values => theta.get(name) ?? [];
  const fed = (name: string): number[] => Array.from(feeds[name].data as ArrayLike<number | bigint>, Number);
  const row = (values: Values, index: number, width: number): number[] =>
    Array.from({ length: width }, (_, i) => values[index * width + i]);
  const states = fed('hidden_states');
  const embeddings = fed('title_embeddings');
  const biases = fed('title_biases');
  const covariates = fed('covariates');
  const history = fed('history');
  const [previousStates, previous, hasPrevious] = ['previous_states', 'previous', 'has_previous'].map(fed);
  const [labels, labelWeights] = ['labels', 'label_weights'].map(fed);
  const [stayLabels, stayWeights] = ['stay_labels', 'stay_weights'].map(fed);
  const common = get('history.common')[0];

  return labels.reduce((loss, label, n) => {
    const read = row(states, n, hiddenSize);
    const own = product(embeddings, read).map((value, j) => baseWeight * (value + biases[j]));
    const normed = layerNorm(read, get('norm.weight'), get('norm.bias'));
    const before = previousStates[n];
    const inner = sum(
      product(get('adapter.down.weight'), normed),
      row(get('adapter.previous.weight'), before, rank),
      ...row(covariates, n, covariateFields).map((field) =>
        row(get('adapter.covariates.weight'), field, rank),
      ),
    ).map(gelu);
    const adapted = product(get('adapter.up.weight'), inner);
    const z = normed.map((value, i) => value + (config.alpha / rank) * adapted[i]);
    const logits = sum(
      own,
      product(get('occupation.weight'), z),
      row(get('occupation.bias'), 0, occupations),
      product(get('previous.up.weight'), row(get('previous.down.weight'), before, previousRank)),
      row(history, n, occupations).map((value, j) => value * (get('history.weight')[j] + common)),
    );
    const others = (values: readonly number[]): number[] =>
      hasPrevious[n] === 1 ? values.filter((_, j) => j !== previous[n]) : [...values];
    const logOdds = own[previous[n]] - logSumExp(others(own));
    const half = 0.5 * logOdds * (1 + get('stay.factor')[0]);
    const stay = sum(
      product(get('stay.weight'), z),
      row(get('stay.bias'), 0, 2),
      row(get('stay.previous.weight'), before, 2),
      [half, -half],
    );
    const move = labelWeights[n] === 0 ? 0 : labelWeights[n] * (logSumExp(others(logits)) - logits[label]);
    return loss + move + stayWeights[n] * (logSumExp(stay) - stay[stayLabels[n]]);
  }, 0);
}

/** `weight [out, in] · input [in]` */
function product(weight: Values, input: readonly number[]): number[] {
  return Array.from({ length: weight.length / input.length }, (_, out) =>
    input.reduce((total, value, i) => total + weight[out * input.length + i] * value, 0),
  );
}

function sum(...vectors: readonly (readonly number[])[]): number[] {
  return vectors[0].map((_, i) => vectors.reduce((total, vector) => total + vector[i], 0));
}

function layerNorm(values: readonly number[], weight: Values, bias: Values): number[] {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return values.map((value, i) => ((value - mean) / Math.sqrt(variance + normEpsilon)) * weight[i] + bias[i]);
}

function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function logSumExp(values: readonly number[]): number {
  const highest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return highest + Math.log(values.reduce((total, value) => total + Math.exp(value - highest), 0));
}
