/**
 * What is drawn of the samples of one arm in one state: their distribution, their course, and their
 * boots.
 */
import { type EcdfStep, ecdf } from './ecdf.ts';
import type { NestedBatch } from './nested.ts';
import { quantile, sortedSample } from './quantile.ts';
import { quantileInterval } from './quantile-interval.ts';
import { type Placed, stretchOf, thinned } from './thin.ts';

/** Most steps of a drawn distribution function. */
export const MOST_STEPS = 200;
/** Most points of a drawn course. */
export const MOST_POINTS = 400;

/** The median of one boot, with its interval from order statistics. */
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

function pool(batches: readonly NestedBatch[]): Float64Array {
  const all = new Float64Array(batches.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of batches) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

function bootsOf(batches: readonly NestedBatch[]): BootMedian[] {
  const boots = new Map<string, NestedBatch[]>();
  for (const batch of batches) {
    const key = batch.path.slice(0, 2).join('\n');
    const known = boots.get(key);
    if (known === undefined) boots.set(key, [batch]);
    else known.push(batch);
  }
  return [...boots].map(([key, own]) => {
    const [run = '', boot = ''] = key.split('\n');
    const sorted = sortedSample(pool(own));
    return {
      run,
      boot,
      n: sorted.length,
      p50: quantile(sorted, 0.5),
      interval95: quantileInterval(sorted, 0.5) ?? null,
    };
  });
}

/** What is drawn of these batches, which stand in the order of measurement. */
export function spreadOf(batches: readonly NestedBatch[]): Spread {
  const all = pool(batches);
  return {
    n: all.length,
    ecdf: ecdf(sortedSample(all), MOST_STEPS),
    course: thinned(all, MOST_POINTS),
    stretch: stretchOf(all.length, MOST_POINTS),
    boots: bootsOf(batches),
  };
}
