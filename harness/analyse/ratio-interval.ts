/**
 * How well the ratio of two medians is known: by the pairs of their blocks where both ran in the same
 * blocks, otherwise by bounds that hold whatever the two have to do with each other.
 */
import { isExact } from '../../bench/words.ts';
import type { Measure, Ratio } from './analyse.ts';

/** What a measure is of. */
export type MeasureName = Pick<Measure, 'benchmark' | 'state' | 'phase'> & { arm: string };

/** Interval of a median: a count that was made once is exact. */
export function intervalOf({ n, p50, interval95, unit }: Measure): [number, number] | null {
  return n === 1 && isExact(unit) ? [p50, p50] : interval95;
}

/** The paired ratio that the analysis made, either way round. */
function pairedInterval(
  of: MeasureName,
  to: MeasureName,
  ratios: readonly Ratio[],
): [number, number] | null {
  const isOf = (ratio: Ratio, numerator: MeasureName, denominator: MeasureName) =>
    [numerator, denominator].every(
      ({ benchmark, state, phase }) =>
        benchmark === ratio.benchmark && state === ratio.state && phase === ratio.phase,
    ) &&
    numerator.arm === ratio.numerator &&
    denominator.arm === ratio.denominator;
  for (const ratio of ratios) {
    const { interval95 } = ratio;
    if (interval95 === null) continue;
    if (isOf(ratio, of, to)) return interval95;
    if (isOf(ratio, to, of)) return [1 / interval95[1], 1 / interval95[0]];
  }
  return null;
}

function unpairedInterval(of: Measure, to: Measure): [number, number] | null {
  const [a, b] = [intervalOf(of), intervalOf(to)];
  if (a === null || b === null || !(b[0] > 0)) return null;
  return [a[0] / b[1], a[1] / b[0]];
}

/**
 * The ratio that goes with the interval: that of the pairs where blocks have pairs enough for one, and
 * of the medians otherwise, which the interval of the medians holds.
 */
export function ratioWithInterval(ratio: Ratio, of: Measure, to: Measure): number {
  return ratio.interval95 === null && to.p50 > 0 ? of.p50 / to.p50 : ratio.ratio;
}

/** The 95 % interval of `of` over `to`; null where the spread of either is not known. */
export function ratioInterval(
  of: Measure,
  to: Measure,
  ratios: readonly Ratio[],
): [number, number] | null {
  return pairedInterval(of, to, ratios) ?? unpairedInterval(of, to);
}
