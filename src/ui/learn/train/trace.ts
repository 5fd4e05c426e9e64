/** A point of the training curve. */
export interface TracePoint {
  /** Epochs so far, with fractions. */
  epochs: number;
  /** Mean loss, in nats. */
  loss: number;
}

/** More points than a chart has pixels to show. */
const mostPoints = 400;

/** A curve of at most `mostPoints` points: a longer one has its neighbours averaged, two by two, so that memory stays bounded. */
export function shorterTrace(points: readonly TracePoint[]): readonly TracePoint[] {
  if (points.length <= mostPoints) return points;
  const pairs: TracePoint[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [a, b] = [points[i], points[i + 1]];
    if (a && b) pairs.push({ epochs: (a.epochs + b.epochs) / 2, loss: (a.loss + b.loss) / 2 });
  }
  const last = points.length % 2 === 1 ? points.at(-1) : undefined;
  return last ? [...pairs, last] : pairs;
}

/**
 * What an epoch's training loss will be as far as it is known: at each point the mean of the steps up to one epoch back. In the
 * first epoch that is the mean so far. Points stand for as many steps as lie between them and the one before.
 */
export function runningMean(points: readonly TracePoint[]): TracePoint[] {
  return points.map(({ epochs }, at) => {
    let [sum, weight] = [0, 0];
    for (let i = at; i >= 0; i--) {
      const point = points[i];
      if (!point || point.epochs <= epochs - 1) break;
      const steps = point.epochs - Math.max(epochs - 1, points[i - 1]?.epochs ?? 0);
      sum += steps * point.loss;
      weight += steps;
    }
    return { epochs, loss: sum / weight };
  });
}

/** A curve of single batches without most of their chance: the longer it is, the more neighbours each point is the mean of. */
export function smoothTrace(points: readonly TracePoint[]): TracePoint[] {
  const reach = Math.floor(points.length / 40);
  return points.map(({ epochs }, at) => {
    const near = points.slice(Math.max(0, at - reach), at + reach + 1);
    return { epochs, loss: near.reduce((sum, { loss }) => sum + loss, 0) / near.length };
  });
}
