import {
  adamW,
  batchOf,
  headData,
  initialWeights,
  learningRate,
  normEpsilon,
  parameters,
  sizes,
} from './plainHead.ts';

type Weights = Readonly<Record<string, Float64Array>>;

/**
 * Training of the plain head in float64 loops, forward and backward written out: what every engine's loss and FLOP must be.
 * `flop` counts 2 for every multiplication with an addition in a product of matrices, over all steps so far.
 */
export class PlainHeadOracle {
  flop = 0;
  readonly #data = headData();
  readonly #theta: Weights;
  readonly #mu: Weights;
  readonly #nu: Weights;
  #step = 0;

  constructor() {
    const first = initialWeights();
    const vectors = (values: (name: string) => Float64Array): Weights =>
      Object.fromEntries(parameters.map(({ name }) => [name, values(name)]));
    const zeros = () => vectors((name) => new Float64Array(first.get(name)?.length ?? 0));
    this.#theta = vectors((name) => Float64Array.from(first.get(name) ?? []));
    [this.#mu, this.#nu] = [zeros(), zeros()];
  }

  /** One step; its loss in nats, before the update. */
  step(): number {
    const { batch, hidden, rank, classes, scale } = sizes;
    const [start, end] = batchOf(this.#step);
    const states = Float64Array.from(this.#data.states.subarray(start * hidden, end * hidden));
    const labels = this.#data.labels.subarray(start, end);
    const { occupation, down, up, normWeight, normBias, bias } = this.#theta;

    const standard = standardised(states, batch, hidden);
    const normed = standard.map((value, i) => value * normWeight[i % hidden] + normBias[i % hidden]);
    const low = this.#product(normed, transposed(down, rank, hidden), batch, hidden, rank);
    const update = this.#product(low, transposed(up, hidden, rank), batch, rank, hidden);
    const adapted = normed.map((value, i) => value + scale * update[i]);
    const logits = this.#product(adapted, transposed(occupation, classes, hidden), batch, hidden, classes);
    const { loss, gradient } = softmaxLoss(
      logits.map((value, i) => value + bias[i % classes]),
      labels,
      classes,
    );

    const dAdapted = this.#product(gradient, occupation, batch, classes, hidden);
    const dUpdate = dAdapted.map((value) => scale * value);
    const dLow = this.#product(dUpdate, up, batch, hidden, rank);
    const throughLow = this.#product(dLow, down, batch, rank, hidden);
    const dNormed = dAdapted.map((value, i) => value + throughLow[i]);
    this.#update({
      occupation: this.#product(transposed(gradient, batch, classes), adapted, classes, batch, hidden),
      down: this.#product(transposed(dLow, batch, rank), normed, rank, batch, hidden),
      up: this.#product(transposed(dUpdate, batch, hidden), low, hidden, batch, rank),
      normWeight: columnSums(
        dNormed.map((value, i) => value * standard[i]),
        hidden,
      ),
      normBias: columnSums(dNormed, hidden),
      bias: columnSums(gradient, classes),
    });
    return loss;
  }

  #update(gradients: Weights): void {
    const { beta1, beta2, epsilon, weightDecay } = adamW;
    const step = ++this.#step;
    for (const { name, decays } of parameters) {
      const [theta, mu, nu, gradient] = [this.#theta[name], this.#mu[name], this.#nu[name], gradients[name]];
      for (let i = 0; i < theta.length; i++) {
        mu[i] = beta1 * mu[i] + (1 - beta1) * gradient[i];
        nu[i] = beta2 * nu[i] + (1 - beta2) * gradient[i] ** 2;
        const moved = mu[i] / (1 - beta1 ** step) / (Math.sqrt(nu[i] / (1 - beta2 ** step)) + epsilon);
        theta[i] = theta[i] * (1 - learningRate * (decays ? weightDecay : 0)) - learningRate * moved;
      }
    }
  }

  /** `a [rows, inner] · b [inner, columns]` */
  #product(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): Float64Array {
    this.flop += 2 * rows * inner * columns;
    const c = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < inner; k++) {
        const factor = a[row * inner + k];
        for (let column = 0; column < columns; column++)
          c[row * columns + column] += factor * b[k * columns + column];
      }
    return c;
  }
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
}

function standardised(x: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let row = 0; row < rows; row++) {
    const own = x.subarray(row * columns, (row + 1) * columns);
    const mean = own.reduce((sum, value) => sum + value, 0) / columns;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
    own.forEach((value, i) => (out[row * columns + i] = (value - mean) / Math.sqrt(variance + normEpsilon)));
  }
  return out;
}

/** Mean cross-entropy, and its gradient of the logits. */
function softmaxLoss(
  logits: Float64Array,
  labels: Int32Array,
  classes: number,
): { loss: number; gradient: Float64Array } {
  let loss = 0;
  const gradient = new Float64Array(logits.length);
  labels.forEach((label, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const highest = own.reduce((most, value) => Math.max(most, value), -Infinity);
    const total = own.reduce((sum, value) => sum + Math.exp(value - highest), 0);
    loss += (highest + Math.log(total) - own[label]) / labels.length;
    own.forEach((value, j) => {
      const probability = Math.exp(value - highest) / total;
      gradient[row * classes + j] = (probability - (j === label ? 1 : 0)) / labels.length;
    });
  });
  return { loss, gradient };
}

function columnSums(x: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  x.forEach((value, i) => (sums[i % columns] += value));
  return sums;
}
