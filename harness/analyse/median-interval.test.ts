import { describe, expect, it } from 'vitest';
import { lowerRank, medianInterval } from './median-interval.ts';
import { sortedSample } from './quantile.ts';

describe('lowerRank', () => {
  it.each([
    [5, 0],
    [6, 1],
    [10, 2],
    [25, 8],
    [100, 40],
    [500, 228],
    [1000, 469],
  ])('is qbinom(0.025, %i, 0.5)', (n, rank) => {
    expect(lowerRank(n)).toBe(rank);
  });

  it('is at most one off the exact rank where it approximates', () => {
    expect(Math.abs(lowerRank(6000) - 2924)).toBeLessThanOrEqual(1);
  });
});

describe('medianInterval', () => {
  it('takes the order statistics at the ranks', () => {
    expect(medianInterval(sortedSample([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))).toEqual([2, 9]);
  });

  it('is not given for samples too small for it', () => {
    expect(medianInterval(sortedSample([1, 2, 3, 4, 5]))).toBeUndefined();
  });
});
