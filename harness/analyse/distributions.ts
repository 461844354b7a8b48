/**
 * Distribution functions and quantiles that the estimates need. Each is tested against R.
 */
import { erfc, incompleteBeta } from './special.ts';

/** P(Z <= z) of the standard normal distribution: R's pnorm(z). DLMF 7.17. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** Root of a rising function between two places, by bisection to the last bit. */
function rootOf(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** The z with P(Z <= z) = p: R's qnorm(p), for p strictly between 1e-300 and 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  return rootOf((z) => normalCdf(z) - p, -40, 0);
}

/** P(T <= t) of Student's distribution: R's pt(t, df). DLMF 8.17; Abramowitz and Stegun 26.7.1. */
export function studentCdf(t: number, df: number): number {
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T <= t) = p: R's qt(p, df). */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  let high = 1;
  while (studentCdf(high, df) < p) high *= 2;
  return rootOf((t) => studentCdf(t, df) - p, 0, high);
}

/** P(B <= k) of the binomial distribution of n trials: R's pbinom(k, n, p). DLMF 8.17.24. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - p, n - k, k + 1);
}

/** Smallest k with P(B <= k) >= q: R's qbinom(q, n, p). */
export function binomialQuantile(q: number, n: number, p: number): number {
  let [low, high] = [-1, n];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= q) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Exact interval of a probability from `hits` of `n` trials, with at least 95 % confidence:
 * C. J. Clopper and E. S. Pearson, Biometrika 26, 1934. R's binom.test(hits, n)$conf.int.
 */
export function proportionInterval(hits: number, n: number): [number, number] {
  const bound = (target: number, a: number, b: number) =>
    rootOf((x) => incompleteBeta(x, a, b) - target, 0, 1);
  return [
    hits === 0 ? 0 : bound(0.025, hits, n - hits + 1),
    hits === n ? 1 : bound(0.975, hits + 1, n - hits),
  ];
}
