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

/** A curve of single batches without most of their chance: the longer it is, the more neighbours each point is the mean of. */
export function smoothTrace(points: readonly TracePoint[]): TracePoint[] {
  const reach = Math.floor(points.length / 40);
  return points.map(({ epochs }, at) => {
    const near = points.slice(Math.max(0, at - reach), at + reach + 1);
    return { epochs, loss: near.reduce((sum, { loss }) => sum + loss, 0) / near.length };
  });
}
