import { describe, expect, it } from 'vitest';
import {
  binomialCdf,
  binomialQuantile,
  normalCdf,
  normalQuantile,
  proportionInterval,
  studentCdf,
  studentQuantile,
} from './distributions.ts';

describe('normal distribution', () => {
  // R: pnorm(z)
  it.each([
    [-37, 5.72557122252458e-300],
    [-5, 2.86651571879194e-7],
    [-1.96, 0.0249978951482204],
    [0, 0.5],
    [1, 0.841344746068543],
    [6, 0.999999999013412],
  ])('pnorm(%d)', (z, expected) => expect(normalCdf(z) / expected).toBeCloseTo(1, 10));

  // R: qnorm(p)
  it.each([
    [1e-10, -6.36134090240406],
    [0.025, -1.95996398454005],
    [0.5, 0],
    [0.9, 1.2815515655446],
    [0.975, 1.95996398454005],
  ])('qnorm(%d)', (p, expected) => expect(normalQuantile(p)).toBeCloseTo(expected, 11));
});

describe("Student's distribution", () => {
  // R: pt(t, df)
  it.each([
    [-2, 3, 0.0696629842794216],
    [0.5, 1, 0.647583617650433],
    [4, 30, 0.999809077181958],
  ])('pt(%d, %d)', (t, df, expected) => expect(studentCdf(t, df)).toBeCloseTo(expected, 12));

  // R: qt(p, df); the first two also stand in every printed table
  it.each([
    [0.975, 1, 12.7062047361747],
    [0.975, 4, 2.77644510519779],
    [0.9, 30, 1.3104150253914],
    [0.025, 7, -2.36462425159278],
  ])('qt(%d, %d)', (p, df, expected) => expect(studentQuantile(p, df)).toBeCloseTo(expected, 9));
});

describe('binomial distribution', () => {
  // R: pbinom(k, n, p)
  it.each([
    [3, 10, 0.5, 0.171875],
    [59990, 1e6, 0.06, 0.484291477637255],
    [0, 5, 0.3, 0.16807],
    [-1, 5, 0.3, 0],
    [5, 5, 0.3, 1],
  ])('pbinom(%d, %d, %d)', (k, n, p, expected) =>
    expect(binomialCdf(k, n, p)).toBeCloseTo(expected, 8),
  );

  // R: qbinom(q, n, p)
  it.each([
    [0.025, 6000, 0.5, 2924],
    [0.025, 1e6, 0.5, 499_020],
    [0.975, 1e6, 0.99, 990_195],
    [0.025, 500, 0.95, 465],
    [0.975, 500, 0.95, 484],
    [0.025, 1001, 0.5, 470],
  ])('qbinom(%d, %d, %d)', (q, n, p, expected) => expect(binomialQuantile(q, n, p)).toBe(expected));
});

describe('proportionInterval', () => {
  // R: binom.test(hits, 20)$conf.int
  it.each([
    [3, 0.0320709371854637, 0.378926826545314],
    [0, 0, 0.168433470983085],
    [20, 0.831566529016915, 1],
  ])('of %i in 20', (hits, low, high) => {
    const [a, b] = proportionInterval(hits, 20);
    expect(a).toBeCloseTo(low, 9);
    expect(b).toBeCloseTo(high, 9);
  });
});
