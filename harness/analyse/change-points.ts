/**
 * Where the level of a series changes: PELT, which finds the division of the series into segments
 * that fits best for a price of each change.
 *
 * R. Killick, P. Fearnhead and I. A. Eckley, "Optimal detection of changepoints with a linear
 * computational cost", J. Am. Stat. Assoc. 107, 2012. Cost of a segment: its squared deviations from
 * its mean over the variance of the noise. Price of a change: 3 log n, which is above the
 * Schwarz criterion for one change of mean (Y.-C. Yao, Stat. Probab. Lett. 6, 1988), since a false
 * alarm costs a person's time. The noise is taken from differences of neighbours, which a change of
 * level leaves alone, by the median absolute deviation (P. J. Huber, "Robust Statistics", 1981,
 * chapter 5), and each value is held within a few deviations of the median around it, so that a
 * single bad run is no change (P. Fearnhead and G. Rigaill, J. Am. Stat. Assoc. 114, 2019, on why).
 */
import { quantile, sortedSample } from './quantile.ts';

/** Fewest values between two changes. */
const SHORTEST = 3;

/** Deviations beyond which a value counts as bad rather than as noise. */
const HOLD = 3;

/** Half of the window around a value whose median it is held to. */
const REACH = 2;

/** How often candidates are taken out. */
const PRUNE_EVERY = 8;

/** Makes the median absolute deviation that of the normal distribution: 1 / qnorm(0.75). */
const MAD_TO_SD = 1.482602218505602;

/** A change of level. */
export interface ChangePoint {
  /** Place of the first value of the new level, from 0. */
  index: number;
  /** Means of the values before and after, up to the next changes. */
  before: number;
  after: number;
}

function medianOf(values: Float64Array): number {
  return quantile(sortedSample(values), 0.5);
}

/** Standard deviation of the noise. */
function noiseOf(series: Float64Array): number {
  const differences = new Float64Array(series.length - 1);
  for (let i = 0; i < differences.length; i++) {
    differences[i] = Math.abs((series[i + 1] as number) - (series[i] as number));
  }
  return (medianOf(differences) * MAD_TO_SD) / Math.SQRT2;
}

/** The series with what stands out by itself drawn to the median around it. */
function held(series: Float64Array, noise: number): Float64Array {
  return series.map((value, i) => {
    const around = series.slice(Math.max(0, i - REACH), i + REACH + 1);
    const centre = medianOf(around);
    return Math.min(Math.max(value, centre - HOLD * noise), centre + HOLD * noise);
  });
}

/** Sums of a series up to each place, in units of the noise. */
function runningSums(
  series: Float64Array,
  noise: number,
): { sums: Float64Array; squares: Float64Array } {
  const sums = new Float64Array(series.length + 1);
  const squares = new Float64Array(series.length + 1);
  series.forEach((value, i) => {
    const scaled = value / noise;
    sums[i + 1] = (sums[i] as number) + scaled;
    squares[i + 1] = (squares[i] as number) + scaled * scaled;
  });
  return { sums, squares };
}

/**
 * For each place, where the last segment before it begins. The candidates' figures lie next to each
 * other, and those that can never be best again are taken out now and then: when nothing changes,
 * nearly all of them stay, and this loop is what a long history costs.
 */
function bestBeginnings(series: Float64Array, noise: number, price: number): Int32Array {
  const n = series.length;
  const { sums, squares } = runningSums(series, noise);
  const beginnings = new Int32Array(n + 1);
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = -price;
  const places = new Int32Array(n + 1);
  const starts = new Float64Array(n + 1);
  const bases = new Float64Array(n + 1);
  const costs = new Float64Array(n + 1);
  let kept = 0;
  for (let end = SHORTEST; end <= n; end++) {
    const newest = end - SHORTEST;
    if (Number.isFinite(best[newest])) {
      places[kept] = newest;
      starts[kept] = sums[newest] as number;
      bases[kept] = (best[newest] as number) - (squares[newest] as number);
      kept++;
    }
    const sum = sums[end] as number;
    let least = Number.POSITIVE_INFINITY;
    let chosen = 0;
    for (let i = 0; i < kept; i++) {
      const rise = sum - (starts[i] as number);
      const cost = (bases[i] as number) - (rise * rise) / (end - (places[i] as number));
      costs[i] = cost;
      if (cost < least) {
        least = cost;
        chosen = i;
      }
    }
    beginnings[end] = places[chosen] as number;
    best[end] = least + (squares[end] as number) + price;
    if (end % PRUNE_EVERY !== 0) continue;
    let next = 0;
    for (let i = 0; i < kept; i++) {
      if ((costs[i] as number) > least + price) continue;
      places[next] = places[i] as number;
      starts[next] = starts[i] as number;
      bases[next] = bases[i] as number;
      next++;
    }
    kept = next;
  }
  return beginnings;
}

/**
 * The changes of level of a series of finite values, in order.
 * @param resolution smallest noise that is believed, in units of the values: a series that repeats
 * exactly has none of its own, and any step is then a change
 */
export function changePoints(series: Float64Array, resolution: number): ChangePoint[] {
  const n = series.length;
  if (n < 2 * SHORTEST) return [];
  const noise = Math.max(noiseOf(series), resolution);
  const shift = medianOf(series);
  const values = held(series, noise).map((value) => value - shift);
  const beginnings = bestBeginnings(values, noise, 3 * Math.log(n));
  const edges = [n];
  for (let end = n; end > 0; ) {
    end = beginnings[end] as number;
    edges.unshift(end);
  }
  const means = edges.slice(1).map((end, i) => {
    const part = values.subarray(edges[i] as number, end);
    return shift + part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  return edges.slice(1, -1).map((index, i) => ({
    index,
    before: means[i] as number,
    after: means[i + 1] as number,
  }));
}
