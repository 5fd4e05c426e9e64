/** Perplexities that make round labels, over the whole range, and the steps between them where little of it is shown. */
const roundPerplexities = [
  1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 1e4,
  1e5, 1e6, 1e7, 1e8,
];
const smallSteps = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
/** Fewer labels do not make a scale. */
const fewestTicks = 3;

/** At most `most` round labels between two perplexities given as natural logs, in logs. */
export function perplexityTicks([low, high]: readonly [number, number], most = 6): number[] {
  const [from, to] = [Math.exp(low), Math.exp(high)];
  const round = roundPerplexities.filter((value) => value >= from && value <= to);
  const fine = smallSteps
    .map((step) => multiples(step, from, to))
    .find(({ length }) => length >= fewestTicks);
  const inside = round.length >= fewestTicks ? round : (fine ?? round);
  const every = Math.max(1, Math.ceil(inside.length / most));
  return inside.filter((_, index) => index % every === 0).map(Math.log);
}

function multiples(step: number, from: number, to: number): number[] {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  // More than a scale can hold are as good as none: a larger step was found before.
  return count > 100 ? [] : Array.from({ length: count }, (_, i) => (first + i) * step);
}

/**
 * The part of the logarithmic scale to show, as natural logs: everything that was measured after epochs, the lines to
 * compare with, and of the training curve what is not far above them. A beginning at 300 must not flatten the end.
 */
export function shownRange(
  measured: readonly number[],
  training: readonly number[],
): readonly [number, number] {
  const logs = measured.filter((perplexity) => perplexity > 0).map(Math.log);
  const losses = training.filter(Number.isFinite);
  const lowest = Math.min(...logs, ...losses);
  const highest = logs.length > 0 ? Math.max(...logs) + 0.25 : Math.max(...losses);
  const margin = Math.max(0.05, 0.06 * (highest - lowest));
  return [lowest - margin, highest + margin];
}

/** A beginning that is this much above the rest, in nats, is named at the edge instead of shown. */
const farAbove = 0.7;

/** The same, with the untrained model's perplexity inside where that flattens nothing. */
export function rangeWithStart(
  measured: readonly number[],
  training: readonly number[],
  start: number | null,
): readonly [number, number] {
  if (start === null) return shownRange(measured, training);
  if (measured.length + training.length === 0) return shownRange([start], []);
  const range = shownRange(measured, training);
  return Math.log(start) > range[1] + farAbove ? range : shownRange([...measured, start], training);
}

/** Heights of labels in pixels, pushed apart so that none covers another; in the order given. */
export function spreadLabels(heights: readonly number[], distance: number, most: number): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const placed = [...heights];
  let free = -Infinity;
  for (const index of order) {
    placed[index] = Math.max(heights[index] ?? 0, free);
    free = (placed[index] ?? 0) + distance;
  }
  // What was pushed below the chart goes up again, and takes the others along.
  let limit = most;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, limit);
    limit = (placed[index] ?? 0) - distance;
  }
  return placed;
}
