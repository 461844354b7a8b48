/**
 * Distribution-free 95 % interval of the median from order statistics: W. J. Conover, "Practical
 * Nonparametric Statistics", 3rd ed. 1999, section 3.2; H. A. David and H. N. Nagaraja, "Order
 * Statistics", 3rd ed. 2003, section 7.1.
 *
 * It asks nothing of the shape of the distribution, but takes samples as exchangeable: it says
 * how well this run knows its median. What varies from run to run is not in it.
 */
import type { SortedSample } from './quantile.ts';

/** Above this size the binomial is replaced by its normal approximation (Conover, ibid.). */
const EXACT_UP_TO = 1000;
const Z975 = 1.959963984540054;

/** Smallest k with P(B <= k) >= 0.025 for B binomial(n, 1/2): R's qbinom(0.025, n, 0.5). */
export function lowerRank(n: number): number {
  if (n > EXACT_UP_TO) return Math.floor((n - Z975 * Math.sqrt(n)) / 2);
  let mass = 0.5 ** n;
  let sum = mass;
  let k = 0;
  while (sum < 0.025) {
    mass *= (n - k) / (k + 1);
    sum += mass;
    k++;
  }
  return k;
}

/**
 * Lower and upper bound of the median, with at least 95 % confidence; undefined for fewer than
 * six samples, which cannot give it.
 */
export function medianInterval(sample: SortedSample): [number, number] | undefined {
  const rank = lowerRank(sample.length);
  if (rank < 1) return undefined;
  return [sample[rank - 1] as number, sample[sample.length - rank] as number];
}
