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

/**
 * The median of values in any order: `quantile` at 0.5, without sorting what it does not need. C. A. R.
 * Hoare, "Algorithm 65: Find", Communications of the ACM 4(7), 1961.
 * @throws Error for an empty sample or one with a value that is no number
 */
export function medianOfValues(values: Float64Array): number {
  const { length } = values;
  if (length < FEWEST_TO_SELECT) return quantile(sortedSample(values), 0.5);
  if (values.some(Number.isNaN)) throw new Error('a sample with a value that is none');
  const copy = values.slice();
  const below = Math.floor((length - 1) / 2);
  select(copy, below);
  const low = copy[below] as number;
  if (length % 2 === 1) return low;
  let high = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < length; i++) high = Math.min(high, copy[i] as number);
  return low + 0.5 * (high - low);
}

/** Fewer values are sorted in less time. */
const FEWEST_TO_SELECT = 100;

/** Moves the value of a rank to its place, what is not above it before, what is not below it after. */
function select(values: Float64Array, rank: number): void {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const [a, b, c] = [left, (left + right) >> 1, right].map((i) => values[i] as number) as [
      number,
      number,
      number,
    ];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const kept = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = kept;
    }
    if (rank > j) left = i;
    if (rank < i) right = j;
  }
}

/** Arithmetic mean, by updating: B. P. Welford, Technometrics 4(3), 1962. */
export function mean(sample: Float64Array): number {
  let result = 0;
  for (let i = 0; i < sample.length; i++) result += ((sample[i] as number) - result) / (i + 1);
  return result;
}
