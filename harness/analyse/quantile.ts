/**
 * Sample quantiles of type 7: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical
 * packages", The American Statistician 50(4), 1996. R's, NumPy's and tinybench's default.
 */

/** Values in ascending order, at least one. Only `sortedSample` makes them. */
export type SortedSample = Float64Array & { readonly __sorted: true };

/** A sorted copy. @throws Error for an empty sample or one with a value that is no number */
export function sortedSample(values: Iterable<number>): SortedSample {
  const copy = Float64Array.from(values).sort();
  if (copy.length === 0) throw new Error('an empty sample has no statistics');
  if (Number.isNaN(copy[copy.length - 1])) throw new Error('a sample with a value that is none');
  return copy as SortedSample;
}

/** The quantile at probability `p` from 0 to 1, linear between the neighbours. */
export function quantile(sample: SortedSample, p: number): number {
  const place = (sample.length - 1) * p;
  const below = Math.floor(place);
  const low = sample[below] as number;
  const high = sample[Math.min(below + 1, sample.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/** Arithmetic mean, by updating: B. P. Welford, Technometrics 4(3), 1962. */
export function mean(sample: Float64Array): number {
  let result = 0;
  for (let i = 0; i < sample.length; i++) result += ((sample[i] as number) - result) / (i + 1);
  return result;
}
