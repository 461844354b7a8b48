/**
 * What the interval of a ratio says, given how large a change must be to count.
 *
 * A difference counts when its interval excludes the margin, not when a p-value is small; two are
 * equivalent when the interval lies within the margin: S. Wellek, "Testing Statistical Hypotheses of
 * Equivalence and Noninferiority", 2nd ed. 2010 (inclusion of the confidence interval).
 */

/** Verdict on the second of two, against the first. */
export type Verdict = 'faster' | 'slower' | 'equivalent' | 'inconclusive';

/** The bounds of equivalence for a margin, symmetrical on the scale of ratios. */
export function equivalenceBounds(margin: number): [number, number] {
  return [1 / (1 + margin), 1 + margin];
}

/**
 * The verdict.
 * @param interval of the ratio of the second to the first; null: not known
 * @param margin as a part of the reference: 0.01 is 1 %
 */
export function verdictOf(interval: readonly [number, number] | null, margin: number): Verdict {
  if (interval === null) return 'inconclusive';
  const [low, high] = interval;
  const [lower, upper] = equivalenceBounds(margin);
  if (low > upper) return 'slower';
  if (high < lower) return 'faster';
  return low >= lower && high <= upper ? 'equivalent' : 'inconclusive';
}
