import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, sortedSample } from './quantile.ts';
import { FEWEST_FOR_MEDIAN, quantileInterval } from './quantile-interval.ts';

describe('quantileInterval', () => {
  // R: c(qbinom(0.025, n, p), qbinom(0.975, n, p) + 1); the sample holds its own ranks
  it.each([
    [10, 0.5, 2, 9],
    [500, 0.5, 228, 273],
    [500, 0.95, 465, 485],
    [500, 0.99, 490, 500],
    [6000, 0.5, 2924, 3077],
    [6000, 0.99, 5924, 5956],
    [1_000_000, 0.5, 499_020, 500_981],
  ])('of %i values at %d are the order statistics %i and %i', (n, p, lower, upper) => {
    const ranks = sortedSample(Float64Array.from({ length: n }, (_, i) => i + 1));
    expect(quantileInterval(ranks, p)).toEqual([lower, upper]);
  });

  it('takes six values for a median', () => {
    const of = (n: number) => sortedSample(Array.from({ length: n }, (_, i) => i));
    expect(quantileInterval(of(FEWEST_FOR_MEDIAN), 0.5)).toEqual([0, 5]);
    expect(quantileInterval(of(FEWEST_FOR_MEDIAN - 1), 0.5)).toBeUndefined();
  });

  it.each([1, 2, 5])('is not given for %i values', (n) => {
    expect(quantileInterval(sortedSample(Array.from({ length: n }, (_, i) => i)), 0.5)).toBe(
      undefined,
    );
  });

  it('is not given for a tail that the sample does not reach', () => {
    const values = sortedSample(Array.from({ length: 20 }, (_, i) => i));
    expect(quantileInterval(values, 0.99)).toBeUndefined();
  });

  it('holds the quantile, moves with the data, and ignores their order', () => {
    const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 6 });
    fc.assert(
      fc.property(samples, fc.integer({ min: -500, max: 500 }), (values, shift) => {
        const sorted = sortedSample(values);
        const [low, high] = quantileInterval(sorted, 0.5) as [number, number];
        const median = quantile(sorted, 0.5);
        expect(low).toBeLessThanOrEqual(median);
        expect(high).toBeGreaterThanOrEqual(median);
        const moved = sortedSample([...values].reverse().map((value) => 3 * value + shift));
        expect(quantileInterval(moved, 0.5)).toEqual([3 * low + shift, 3 * high + shift]);
      }),
    );
  });
});
