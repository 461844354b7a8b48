import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedSample } from './quantile.ts';
import { cliffsDelta, mannWhitney } from './rank-tests.ts';

/** M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", 1973, pages 69 ff. */
const TERM = sortedSample([0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]);
const EARLY = sortedSample([1.15, 0.88, 0.9, 0.74, 1.21]);
const TIED_X = sortedSample([1, 2, 2, 3, 3, 3, 4, 5]);
const TIED_Y = sortedSample([2, 3, 4, 4, 5, 6, 6, 7, 7]);
const CURVE = sortedSample(Array.from({ length: 60 }, (_, i) => (i + 1) ** 1.5));
const LINE = sortedSample(Array.from({ length: 80 }, (_, i) => (i + 1) * 4.3 + 0.5));

describe('mannWhitney', () => {
  it("is exact for Hollander and Wolfe's table: W = 35, p = 0.2544 (R: wilcox.test(x, y))", () => {
    const { u, p, exact } = mannWhitney(TERM, EARLY);
    expect([u, exact]).toEqual([35, true]);
    expect(p).toBeCloseTo(0.254412254412254, 12);
  });

  it('is exact with ties: R, over all combn(17, 8) and combn(7, 3)', () => {
    expect(mannWhitney(TIED_X, TIED_Y).p).toBeCloseTo(0.0240641711229947, 12);
    expect(mannWhitney(sortedSample([1, 1, 2]), sortedSample([1, 2, 2, 2])).p).toBeCloseTo(
      0.485714285714286,
      12,
    );
  });

  it('is normal for many: R: wilcox.test((1:60)^1.5, (1:80) * 4.3 + 0.5, exact = FALSE)', () => {
    const { u, p, exact } = mannWhitney(CURVE, LINE);
    expect([u, exact]).toEqual([2456, false]);
    expect(p).toBeCloseTo(0.815220094182563, 10);
  });

  it('corrects for ties: R: x <- rep(1:4, 15); y <- rep(2:5, 15); wilcox.test(x, y)', () => {
    const x = sortedSample(Array.from({ length: 60 }, (_, i) => 1 + (i % 4)));
    const y = sortedSample(Array.from({ length: 60 }, (_, i) => 2 + (i % 4)));
    const { u, p } = mannWhitney(x, y);
    expect(u).toBe(1012.5);
    expect(p).toBeCloseTo(2.23934961778483e-5, 15);
  });

  it('has nothing to say of one value each, or of equal values', () => {
    expect(mannWhitney(sortedSample([1]), sortedSample([2])).p).toBe(1);
    const same = sortedSample(new Array(40).fill(7));
    expect(mannWhitney(same, same)).toEqual({ u: 800, p: 1, exact: false });
  });
});

describe('cliffsDelta', () => {
  // R: mean(outer(x, y, function(p, q) sign(p - q)))
  it.each([
    ['TERM', TERM, EARLY, 0.4],
    ['tied', TIED_X, TIED_Y, -0.638888888888889],
    ['many', CURVE, LINE, 0.0233333333333333],
  ] as const)('%s', (_name, x, y, expected) => {
    expect(cliffsDelta(x, y)).toBeCloseTo(expected, 12);
  });

  it('turns its sign with the samples, and stays under any rising change', () => {
    const samples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(samples, samples, (x, y) => {
        const [a, b] = [sortedSample(x), sortedSample(y)];
        const delta = cliffsDelta(a, b);
        expect(cliffsDelta(b, a)).toBeCloseTo(-delta, 12);
        const rise = (values: number[]) => sortedSample(values.map((value) => value ** 3 + 9));
        expect(cliffsDelta(rise(x), rise(y))).toBe(delta);
        expect(cliffsDelta(a, a)).toBeCloseTo(0, 12);
        expect(mannWhitney(a, b).p).toBeCloseTo(mannWhitney(b, a).p, 10);
      }),
    );
  });
});
