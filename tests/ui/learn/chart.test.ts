import { describe, expect, it } from 'vitest';
import {
  perplexityTicks,
  rangeWithStart,
  shownRange,
  spreadLabels,
} from '../../../src/ui/learn/train/chartScale.ts';
import { runningMean, shorterTrace, smoothTrace } from '../../../src/ui/learn/train/trace.ts';

const points = (count: number, lossOf: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ epochs: i, loss: lossOf(i) }));

describe('the training curve of tokens', () => {
  it('is the mean so far in the first epoch, and of one epoch back later', () => {
    const losses = [4, 2, 3, 1, 1, 1, 1, 1];
    const points = losses.map((loss, i) => ({ epochs: (i + 1) / 4, loss }));
    const means = runningMean(points).map(({ loss }) => loss);
    const expected = [4, 3, 3, 2.5, 1.75, 1.5, 1, 1];
    means.forEach((mean, i) => expect(mean).toBeCloseTo(expected[i], 9));
  });

  it('weighs two steps that were made one point as two', () => {
    const [, joined] = runningMean([
      { epochs: 0.5, loss: 3 },
      { epochs: 0.75, loss: 0 },
    ]);
    expect(joined.loss).toBeCloseTo(2, 9);
  });
});

describe('the range of a training chart', () => {
  it('shows the untrained model where it lies near, above or below', () => {
    const [low, high] = rangeWithStart([8, 9], [], 12);
    expect(high).toBeGreaterThan(Math.log(12));
    expect(low).toBeLessThan(Math.log(8));
    expect(rangeWithStart([8, 9], [], 5)[0]).toBeLessThan(Math.log(5));
  });

  it('is not flattened by one that lies far above, and shows it where there is nothing else', () => {
    expect(rangeWithStart([8, 9], [], 330)).toEqual(shownRange([8, 9], []));
    expect(rangeWithStart([8, 9], [], null)).toEqual(shownRange([8, 9], []));
    const [low, high] = rangeWithStart([], [], 330);
    expect(low).toBeLessThan(Math.log(330));
    expect(high).toBeGreaterThan(Math.log(330));
  });
});

describe('the training curve', () => {
  it('never has more than 400 points and keeps its mean and its last point', () => {
    let trace = points(1, () => 5);
    for (let i = 1; i < 5000; i++) trace = [...shorterTrace([...trace, { epochs: i, loss: 5 }])];
    expect(trace.length).toBeLessThanOrEqual(400);
    expect(trace.at(-1)?.epochs).toBe(4999);
    expect(trace.every(({ loss }) => Math.abs(loss - 5) < 1e-12)).toBe(true);
    expect(trace.every(({ epochs }, i) => i === 0 || epochs > (trace[i - 1]?.epochs ?? 0))).toBe(true);
  });

  it('loses its noise where it is long, and nothing where it is short', () => {
    const short = points(20, (i) => (i % 2 === 0 ? 1 : 3));
    expect(smoothTrace(short)).toEqual(short);
    const long = smoothTrace(points(400, (i) => (i % 2 === 0 ? 1 : 3)));
    expect(long.every(({ loss }) => Math.abs(loss - 2) < 0.2)).toBe(true);
  });
});

describe('the scale', () => {
  it('shows all that was measured, and is not flattened by the beginning of the training curve', () => {
    const [low, high] = shownRange([11.3, 9.1, 8.4], [Math.log(330), Math.log(8)]);
    expect(Math.exp(low)).toBeLessThan(8);
    expect(Math.exp(high)).toBeGreaterThan(11.3);
    expect(Math.exp(high)).toBeLessThan(20);
  });

  it('shows the training curve alone before anything was measured', () => {
    const [low, high] = shownRange([], [Math.log(330), Math.log(200)]);
    expect(Math.exp(low)).toBeLessThan(200);
    expect(Math.exp(high)).toBeGreaterThan(330);
  });

  it('has a few round labels, all inside', () => {
    const ticks = perplexityTicks([Math.log(2.5), Math.log(40)]).map((tick) => Math.round(Math.exp(tick)));
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.every((tick) => tick >= 3 && tick <= 30)).toBe(true);
  });

  it('has round labels of smaller steps where it is short', () => {
    const ticks = perplexityTicks([Math.log(2.26), Math.log(2.94)]).map((tick) => Math.exp(tick).toFixed(2));
    expect(ticks).toEqual(['2.40', '2.60', '2.80']);
  });

  it('pushes labels apart and keeps them inside', () => {
    expect(spreadLabels([100, 102, 40], 15, 200)).toEqual([100, 115, 40]);
    expect(spreadLabels([198, 199], 15, 200)).toEqual([185, 200]);
  });
});
