/**
 * What is drawn of the samples of one arm in one state: their distribution, their course, and their
 * boots.
 */
import { type EcdfStep, ecdf } from './ecdf.ts';
import { medianInterval } from './median-interval.ts';
import { type NestedBatch, nest, pool, sortedOf } from './nested.ts';
import { quantile, sortedSample } from './quantile.ts';
import { type Placed, stretchOf, thinned } from './thin.ts';
import { unitsAt } from './unit-medians.ts';

/** Most steps of a drawn distribution function. */
export const MOST_STEPS = 200;
/** Most points of a drawn course. */
export const MOST_POINTS = 400;

/** The median of one boot, with its interval. */
export interface BootMedian {
  /** Run and boot, as they are named in the samples. */
  run: string;
  boot: string;
  n: number;
  p50: number;
  interval95: [number, number] | null;
}

/** The samples of an arm in a state, as they are drawn. */
export interface Spread {
  n: number;
  ecdf: EcdfStep[];
  /** In the order of measurement. */
  course: Placed[];
  /** Neighbours that one stretch of the course stands for; 1: every sample is in it. */
  stretch: number;
  boots: BootMedian[];
}

function bootsOf(
  batches: readonly NestedBatch[],
  base: readonly NestedBatch[] | undefined,
): BootMedian[] {
  const bases = unitsAt(base ?? [], 'boot');
  return [...unitsAt(batches, 'boot')].map(([key, own]) => {
    const [run = '', boot = ''] = key.split('\n');
    const data = nest(own, bases.get(key) ?? base);
    const sorted = sortedOf(data);
    return {
      run,
      boot,
      n: sorted.length,
      p50: quantile(sorted, 0.5),
      interval95: medianInterval(data).interval95,
    };
  });
}

/** What is drawn of these batches, which stand in the order of measurement. */
export function spreadOf(batches: readonly NestedBatch[], base?: readonly NestedBatch[]): Spread {
  const all = pool(batches);
  return {
    n: all.length,
    ecdf: ecdf(sortedSample(all), MOST_STEPS),
    course: thinned(all, MOST_POINTS),
    stretch: stretchOf(all.length, MOST_POINTS),
    boots: bootsOf(batches, base),
  };
}
