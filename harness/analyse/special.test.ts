import { describe, expect, it } from 'vitest';
import { erfc, incompleteBeta, logGamma } from './special.ts';

/** Relative agreement, which also serves values near zero. */
function close(got: number, expected: number, relative = 1e-12): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-14);
}

describe('logGamma', () => {
  // R: lgamma(c(0.5, 1, 7.25, 1000.5))
  it.each([
    [0.5, 0.5723649429247],
    [1, 0],
    [7.25, 7.05218545073854],
    [1000.5, 5908.674175848678],
  ])('lgamma(%d)', (x, expected) => close(logGamma(x), expected));
});

describe('erfc', () => {
  // R: 2 * pnorm(-sqrt(2) * x)
  it.each([
    [-1.5, 1.96610514647531],
    [0, 1],
    [0.3, 0.671373240540873],
    [2.9, 4.10978780994589e-5],
    [3.1, 1.16486573671996e-5],
    [8, 1.12242971729828e-29],
  ])('erfc(%d)', (x, expected) => {
    expect(erfc(x) / expected).toBeCloseTo(1, 10);
  });
});

describe('incompleteBeta', () => {
  // R: pbeta(x, a, b)
  it.each([
    [0.2, 2, 3, 0.1808, 1e-12],
    [0.999, 0.5, 0.5, 0.979864958366623, 1e-12],
    [1e-3, 0.1, 20, 0.707997008423415, 1e-12],
    [0.5, 5e5, 5e5 + 1000, 0.841223942013129, 1e-8],
  ])('pbeta(%d, %d, %d)', (x, a, b, expected, relative) =>
    close(incompleteBeta(x, a, b), expected, relative),
  );

  it('is 0 and 1 at the ends', () => {
    expect(incompleteBeta(0, 3, 4)).toBe(0);
    expect(incompleteBeta(1, 3, 4)).toBe(1);
  });
});
