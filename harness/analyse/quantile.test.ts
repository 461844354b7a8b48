import { describe, expect, it } from 'vitest';
import { mean, quantile, sortedSample } from './quantile.ts';

describe('quantile', () => {
  it('gives what NumPy 2.4 gives for [2, 8, 4, 16, 32]', () => {
    const sample = sortedSample([2, 8, 4, 16, 32]);
    const got = [0, 0.25, 0.5, 0.95, 1].map((p) => quantile(sample, p));
    [2, 4, 8, 28.8, 32].forEach((value, index) => {
      expect(got[index]).toBeCloseTo(value, 12);
    });
  });

  it('is the value itself for a sample of one', () => {
    expect(quantile(sortedSample([7]), 0.99)).toBe(7);
  });

  it('sorts numbers as numbers and leaves its input alone', () => {
    const values = [10, 9, 100];
    expect([...sortedSample(values)]).toEqual([9, 10, 100]);
    expect(values).toEqual([10, 9, 100]);
  });

  it('refuses nothing and what is no number', () => {
    expect(() => sortedSample([])).toThrow('empty');
    expect(() => sortedSample([1, Number.NaN])).toThrow('none');
  });
});

describe('mean', () => {
  it('keeps small differences of large values', () => {
    expect(mean(Float64Array.from([1e15 + 1, 1e15 + 2, 1e15 + 3]))).toBe(1e15 + 2);
  });
});
