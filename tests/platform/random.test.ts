import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/index.ts';
import { nextWord } from '../../src/platform/random.ts';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('SeededRandom', () => {
  it('steps like the published xoshiro128**', () => {
    const state = Uint32Array.of(1, 2, 3, 4);
    expect(draw(6, () => nextWord(state))).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  it('repeats for the same seed and differs for a neighbouring one', () => {
    const [a, b, c] = [7, 7, 8].map((seed) => {
      const random = new SeededRandom(seed);
      return draw(20, () => random.uint32());
    });
    expect(a).toEqual(b);
    expect(a.filter((word, i) => word === c[i])).toEqual([]);
  });

  it('splits by label, whatever was drawn before', () => {
    const fresh = new SeededRandom('run');
    const used = new SeededRandom('run');
    draw(100, () => used.normal());
    expect(used.split('dropout').uint32()).toBe(fresh.split('dropout').uint32());
    expect(fresh.split('dropout').uint32()).not.toBe(fresh.split('shuffle').uint32());
  });

  it('is uniform on [0, 1)', () => {
    const random = new SeededRandom(1);
    const values = draw(20_000, () => random.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
    const counts = new Array<number>(16).fill(0);
    for (const value of values) counts[Math.floor(value * 16)] += 1;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1250) ** 2 / 1250, 0);
    // 99.9 % quantile with 15 degrees of freedom.
    expect(chiSquared).toBeLessThan(37.7);
  });

  it('draws whole numbers without bias, and refuses impossible bounds', () => {
    const random = new SeededRandom(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[random.integer(3)] += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(random.integer(1)).toBe(0);
    for (const bound of [0, -1, 1.5, NaN, 2 ** 33]) expect(() => random.integer(bound)).toThrow(RangeError);
  });

  it('draws standard normals', () => {
    const random = new SeededRandom(3);
    const values = draw(20_000, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(0.3);
  });

  it('shuffles into a permutation, each order equally often', () => {
    const random = new SeededRandom(4);
    const orders = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('draws by weight, never an index of weight zero', () => {
    const random = new SeededRandom(5);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[random.weighted([0, 1, 3, 0])] += 1;
    expect(counts[0] + counts[3]).toBe(0);
    expect(Math.abs(counts[2] - 7500)).toBeLessThan(250);
    expect(() => random.weighted([0, 0])).toThrow(RangeError);
  });
});
