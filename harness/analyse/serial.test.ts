import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autocorrelation, drift } from './serial.ts';
import { LAKE_HURON, LH } from './testing/series.ts';

describe('autocorrelation', () => {
  // R: acf(lh, plot = FALSE)$acf
  it.each([
    [1, 0.575524475524475],
    [2, 0.181818181818182],
    [3, -0.144755244755245],
    [4, -0.174825174825175],
    [5, -0.14965034965035],
  ])('of lh at lag %i', (lag, expected) => {
    expect(autocorrelation(Float64Array.from(LH), lag)).toBeCloseTo(expected, 12);
  });

  it('is 0 for a constant series, for one value, and past the end', () => {
    expect(autocorrelation(Float64Array.from([5, 5, 5]), 1)).toBe(0);
    expect(autocorrelation(Float64Array.from([5]), 1)).toBe(0);
    expect(autocorrelation(Float64Array.from([5, 6]), 2)).toBe(0);
  });

  it('does not change with place and scale, and stays within 1', () => {
    const series = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 9 }), (values, lag) => {
        const r = autocorrelation(Float64Array.from(values), lag);
        const moved = Float64Array.from(values, (value) => 8 * value - 40);
        expect(autocorrelation(moved, lag)).toBeCloseTo(r, 9);
        expect(Math.abs(r)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('drift', () => {
  it('finds the fall of Lake Huron: R: binom.test(14, 49), p = 0.0038', () => {
    const { rising, pairs, p, lastToFirst } = drift(Float64Array.from(LAKE_HURON));
    expect([rising, pairs]).toEqual([14, 49]);
    expect(p).toBeCloseTo(0.0038016544097488, 12);
    expect(lastToFirst).toBeLessThan(1);
  });

  it('finds none in lh: R: binom.test(14, 22), p = 0.286', () => {
    const { rising, pairs, p } = drift(Float64Array.from(LH));
    expect([rising, pairs]).toEqual([14, 22]);
    expect(p).toBeCloseTo(0.28627872467041, 12);
  });

  it('says nothing of one value or of equal ones', () => {
    expect(drift(Float64Array.from([4]))).toEqual({ rising: 0, pairs: 0, p: 1, lastToFirst: 1 });
    expect(drift(Float64Array.from([4, 4, 4, 4])).p).toBe(1);
    expect(drift(Float64Array.from([0, 0, 0])).lastToFirst).toBeNull();
  });

  it('is as sure of a rise as of the fall that mirrors it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2 }), (values) => {
        const there = drift(Float64Array.from(values));
        const back = drift(Float64Array.from(values, (value) => -value));
        expect(back.p).toBeCloseTo(there.p, 12);
        expect(back.rising).toBe(there.pairs - there.rising);
      }),
    );
  });
});
