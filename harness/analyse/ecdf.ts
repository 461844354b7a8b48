/**
 * The empirical distribution function of a sample, thinned for drawing.
 */
import type { SortedSample } from './quantile.ts';

/** A step: `share` of the values are at most `value`. */
export interface EcdfStep {
  value: number;
  share: number;
}

/**
 * Steps of the empirical distribution function. The first stands at the least value with share 0, so
 * that the function can be drawn from the axis up; the last is the greatest value with share 1.
 * @param most steps to give at most, from 2 up: a longer sample is taken at even shares, its least and
 * greatest value included
 */
export function ecdf(sorted: SortedSample, most: number): EcdfStep[] {
  const n = sorted.length;
  const steps: EcdfStep[] = [{ value: sorted[0] as number, share: 0 }];
  const count = Math.min(n, most);
  for (let i = 0; i < count; i++) {
    const rank = count === n ? i : Math.round((i * (n - 1)) / (count - 1));
    const value = sorted[rank] as number;
    if (steps.length > 1 && steps.at(-1)?.value === value) continue;
    steps.push({ value, share: atMost(sorted, value) / n });
  }
  return steps;
}

/** How many values are at most `value`, by bisection. */
function atMost(sorted: SortedSample, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
