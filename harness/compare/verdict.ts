/**
 * What the interval of a ratio says, given how large a change must be to count.
 *
 * A difference counts when its interval excludes the margin, not when a p-value is small; two are
 * equivalent when the interval lies within the margin: S. Wellek, "Testing Statistical Hypotheses of
 * Equivalence and Noninferiority", 2nd ed. 2010 (inclusion of the confidence interval).
 */

import { isExact } from '../../bench/words.ts';

/**
 * Verdict on the second of two, against the first. What was counted or sized is `larger` or `smaller`,
 * and `same` when it was found once on each side and did not change.
 */
export type Verdict =
  | 'faster'
  | 'slower'
  | 'smaller'
  | 'larger'
  | 'same'
  | 'equivalent'
  | 'inconclusive';

/** Verdicts that say the second is worse. */
export const WORSE: readonly Verdict[] = ['slower', 'larger'];

/** Verdicts that say the second is better. */
export const BETTER: readonly Verdict[] = ['faster', 'smaller'];

/** The bounds of equivalence for a margin, symmetrical on the scale of ratios. */
export function equivalenceBounds(margin: number): [number, number] {
  return [1 / (1 + margin), 1 + margin];
}

/** The verdict on a ratio of costs, in words for sizes and counts. */
export function verdictOfSize(interval: readonly [number, number] | null, margin: number): Verdict {
  const verdict = verdictOf(interval, margin);
  if (verdict === 'slower') return 'larger';
  return verdict === 'faster' ? 'smaller' : verdict;
}

/** Whether values of this unit are compared as they are: there is no spread to know. */
export function isKnownExactly(unit: string, values: Iterable<number>): boolean {
  return isExact(unit) && new Set(values).size <= 1;
}

/**
 * The verdict on two values that are known exactly, so that there is no interval.
 * @param margin as a part of the reference, within which a change does not count
 */
export function verdictOfExact(a: number, b: number, margin: number): Verdict {
  if (a === b) return 'same';
  const ratio = a === 0 ? Number.POSITIVE_INFINITY : b / a;
  return verdictOfSize([ratio, ratio], margin);
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
