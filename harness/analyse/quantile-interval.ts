/**
 * Distribution-free 95 % interval of a quantile from order statistics: W. J. Conover, "Practical
 * Nonparametric Statistics", 3rd ed. 1999, section 3.2; H. A. David and H. N. Nagaraja, "Order
 * Statistics", 3rd ed. 2003, section 7.1. Exact binomial ranks at every size.
 *
 * It asks nothing of the shape of the distribution, but takes samples as exchangeable: it says
 * how well this run knows its quantile. What varies from batch to batch and from boot to boot is
 * not in it; `median-interval.ts` has that.
 */
import { binomialQuantile } from './distributions.ts';
import type { SortedSample } from './quantile.ts';

/** Values that an interval of the median takes, at 95 %. */
export const FEWEST_FOR_MEDIAN = 6;

/**
 * Lower and upper bound of the quantile at `p`, with at least 95 % confidence; undefined for a
 * sample that is too small to give it (fewer than six values for the median).
 */
export function quantileInterval(sample: SortedSample, p: number): [number, number] | undefined {
  const n = sample.length;
  const lower = binomialQuantile(0.025, n, p);
  const upper = binomialQuantile(0.975, n, p) + 1;
  if (lower < 1 || upper > n) return undefined;
  return [sample[lower - 1] as number, sample[upper - 1] as number];
}
