/**
 * Values near 1, for statistics that square them and do not depend on their unit: squares of 1e300 are no
 * numbers, and those of 1e-317 are 0.
 */
import type { NestedBatch } from './nested.ts';

/** Values whose greatest lies within have squares, and sums of squares, that are numbers. */
const [LEAST, MOST] = [2 ** -400, 2 ** 400];
/** 2 to more than this is no number. */
const LARGEST_POWER = 1000;

/**
 * The batches with each value divided by one power of two, which changes no digit; the same ones where their
 * squares are numbers.
 */
export function nearOne(batches: readonly NestedBatch[]): readonly NestedBatch[] {
  let most = 0;
  for (const { values } of batches)
    for (const value of values) most = Math.max(most, Math.abs(value));
  if (most === 0 || (most >= LEAST && most <= MOST)) return batches;
  const power = -Math.floor(Math.log2(most));
  const first = Math.max(-LARGEST_POWER, Math.min(LARGEST_POWER, power));
  const [by, then] = [2 ** first, 2 ** (power - first)];
  return batches.map((batch) => ({
    ...batch,
    values: batch.values.map((value) => value * by * then),
  }));
}
