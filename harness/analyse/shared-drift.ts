/**
 * Two series that drift alike, as those of a host that warms up do: what both share says nothing of how they
 * differ, and Welch's interval would count it as their noise.
 */
import { studentCdf } from './distributions.ts';
import { type Estimate, meanOf } from './student.ts';

/** Fewest values of which a line through them tells anything. */
const FEWEST = 4;
/** Two-sided p of the slope below which a series drifts; both have to, and the same way. */
const DRIFTS = 0.05;

/** The sign of the slope over the places, by the t test of a correlation; 0 where chance would have made it. */
function slopeSign(values: readonly number[]): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [products, places, squares] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    products += (i - middle) * (value - mean);
    places += (i - middle) ** 2;
    squares += (value - mean) ** 2;
  }
  if (products === 0) return 0;
  const part = Math.min(1, products ** 2 / (places * squares));
  const t = Math.sqrt((part * (n - 2)) / (1 - part));
  return 2 * (1 - studentCdf(t, n - 2)) < DRIFTS ? Math.sign(products) : 0;
}

/**
 * `b - a` by their places, where both drift the same way and have as many values; undefined otherwise.
 * Student's t on the differences, as for pairs.
 */
export function differenceOfDrifting(
  a: readonly number[],
  b: readonly number[],
): Estimate | undefined {
  if (a.length !== b.length || a.length < FEWEST) return undefined;
  const sign = slopeSign(a);
  if (sign === 0 || slopeSign(b) !== sign) return undefined;
  return meanOf(b.map((value, i) => value - (a[i] as number)));
}
