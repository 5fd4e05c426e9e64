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
