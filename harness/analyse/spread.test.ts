import { describe, expect, it } from 'vitest';
import { ecdf } from './ecdf.ts';
import { sortedSample } from './quantile.ts';
import { MOST_POINTS, MOST_STEPS, spreadOf } from './spread.ts';
import { stretchOf, thinned } from './thin.ts';

describe('ecdf', () => {
  it('rises at each value by its share, from 0 to 1', () => {
    // R: ecdf(c(1, 2, 2, 5))(c(1, 2, 5)) gives 0.25, 0.75, 1
    expect(ecdf(sortedSample([5, 2, 1, 2]), 100)).toEqual([
      { value: 1, share: 0 },
      { value: 1, share: 0.25 },
      { value: 2, share: 0.75 },
      { value: 5, share: 1 },
    ]);
  });

  it('has one step for one value', () => {
    expect(ecdf(sortedSample([7]), 100)).toEqual([
      { value: 7, share: 0 },
      { value: 7, share: 1 },
    ]);
  });

  it('keeps the least, the greatest and true shares when it is thinned', () => {
    const sample = sortedSample(Array.from({ length: 10_000 }, (_, i) => Math.floor(i / 3)));
    const steps = ecdf(sample, 50);
    expect(steps.length).toBeLessThanOrEqual(51);
    expect(steps[1]?.value).toBe(0);
    expect(steps.at(-1)).toEqual({ value: 3333, share: 1 });
    for (const { value, share } of steps.slice(1)) {
      expect(share).toBe(Math.min(1, ((value + 1) * 3) / 10_000));
    }
  });
});

describe('thinned', () => {
  it('gives every value of a short series', () => {
    expect(thinned([3, 1, 2], 10)).toEqual([
      [0, 3],
      [1, 1],
      [2, 2],
    ]);
    expect(stretchOf(3, 10)).toBe(1);
  });

  it('keeps the extremes of each stretch, in their order', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i === 777 ? 9999 : i % 10));
    const points = thinned(values, 100);
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points).toContainEqual([777, 9999]);
    expect(points.map(([at]) => at)).toEqual([...points.map(([at]) => at)].sort((a, b) => a - b));
    for (const [at, value] of points) expect(values[at]).toBe(value);
  });
});

describe('spreadOf', () => {
  const batch = (boot: string, name: string, values: number[]) => ({
    path: ['run', boot, '0', '0', name],
    values: Float64Array.from(values),
  });

  it('gives each boot its median and interval', () => {
    const first = Array.from({ length: 20 }, (_, i) => i + 1);
    const { boots, n } = spreadOf([batch('0', 'a', first), batch('1', 'b', [5])]);
    expect(n).toBe(21);
    expect(boots).toEqual([
      // binom.test-style ranks at 95 %: 6th and 15th of 20 (R: qbinom(c(.025,.975), 20, .5) = 6, 14)
      { run: 'run', boot: '0', n: 20, p50: 10.5, interval95: [6, 15] },
      { run: 'run', boot: '1', n: 1, p50: 5, interval95: null },
    ]);
  });

  it('stays small for a long series', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => i % 1000);
    const { ecdf: steps, course, stretch } = spreadOf([batch('0', 'a', long)]);
    expect(steps.length).toBeLessThanOrEqual(MOST_STEPS + 1);
    expect(course.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(stretch).toBe(500);
  });
});
