/**
 * Outliers, classified and kept: nothing is dropped because of its class.
 *
 * J. W. Tukey, "Exploratory Data Analysis", 1977, section 2D: inner fences at 1.5 interquartile
 * ranges from the quartiles, outer fences at 3. Quartiles of type 7 (quantile.ts).
 */
import { quantile, type SortedSample } from './quantile.ts';

/** How many values of a sample lie where. Together they are the sample. */
export interface OutlierClasses {
  /** Below the lower outer fence. */
  farLow: number;
  /** Between the lower fences. */
  low: number;
  inside: number;
  /** Between the upper fences. */
  high: number;
  /** Above the upper outer fence. */
  farHigh: number;
}

/** Number of values at the start for which `holds`, which is true up to some place and then not. */
function countWhile(sample: SortedSample, holds: (value: number) => boolean): number {
  let [low, high] = [0, sample.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sample[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The classes of a sample's values. A value on a fence is inside of it. */
export function classifyOutliers(sample: SortedSample): OutlierClasses {
  const [q1, q3] = [quantile(sample, 0.25), quantile(sample, 0.75)];
  const range = q3 - q1;
  const farLow = countWhile(sample, (value) => value < q1 - 3 * range);
  const low = countWhile(sample, (value) => value < q1 - 1.5 * range);
  const upToHigh = countWhile(sample, (value) => value <= q3 + 1.5 * range);
  const upToFarHigh = countWhile(sample, (value) => value <= q3 + 3 * range);
  return {
    farLow,
    low: low - farLow,
    inside: upToHigh - low,
    high: upToFarHigh - upToHigh,
    farHigh: sample.length - upToFarHigh,
  };
}
