import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, medianOfValues, quantile, sortedSample } from './quantile.ts';

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

describe('medianOfValues', () => {
  it('is the quantile at one half, in whatever order the values are, which it leaves alone', () => {
    const kinds = [
      fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      fc.integer({ min: 0, max: 3 }),
    ];
    const lists = kinds.map((kind) =>
      fc.array(kind, { minLength: 1, maxLength: 400, size: 'max' }),
    );
    fc.assert(
      fc.property(fc.oneof(...lists), (list) => {
        const values = Float64Array.from(list);
        for (const some of [values, values.slice().sort(), values.slice().sort().reverse()]) {
          const before = some.slice();
          expect(medianOfValues(some)).toBe(quantile(sortedSample(some), 0.5));
          expect(some).toEqual(before);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each([10, 1000])('refuses what is no number among %d', (length) => {
    const values = new Float64Array(length);
    values[3] = Number.NaN;
    expect(() => medianOfValues(values)).toThrow('none');
    expect(() => medianOfValues(new Float64Array())).toThrow('empty');
  });
});

describe('mean', () => {
  it('keeps small differences of large values', () => {
    expect(mean(Float64Array.from([1e15 + 1, 1e15 + 2, 1e15 + 3]))).toBe(1e15 + 2);
  });
});
