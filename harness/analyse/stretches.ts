/**
 * A series that was measured in one go, cut into stretches that are nearly independent of each other:
 * its neighbours are alike, so that it knows its median less well than as many independent values.
 *
 * The rule: at most 20 stretches of the same length, each of at least ten values and of at least
 * twelve times the autocorrelation time; two where it has not that many, and where it drifts, since
 * what goes on changing is known by its halves at best. The autocorrelation time is that of being above
 * or below the median, since the median's variance is that of this share (P. K. Sen, "On the asymptotic
 * normality of sample quantiles for mixing processes", 1972); it is estimated by the initial positive
 * sequence of C. J. Geyer, "Practical Markov chain Monte Carlo", Statistical Science 7(4), 1992,
 * section 3.3. Means of stretches: B. Schmeiser, "Batch size effects in the analysis of simulation
 * output", Operations Research 30(3), 1982, which is why there are no more than 20.
 */
import { medianOfValues } from './quantile.ts';
import { trend } from './serial.ts';

/** Most stretches of a series. */
export const MOST_STRETCHES = 20;
/** Fewest values of a stretch. */
export const FEWEST_IN_STRETCH = 10;
/** Fewest values that are cut: four stretches' worth. */
export const FEWEST_CUT = 4 * FEWEST_IN_STRETCH;
/** Autocorrelation times that a stretch is long. */
export const TIMES = 12;
/** A p of the test for a trend below which a series drifts. */
const DRIFTS = 0.05;
/** Most cells that the autocorrelation is estimated from; a longer series is averaged into them. */
const MOST_CELLS = 4096;

/** Above, at, or below the median: 1, 0 and -1, averaged over cells. */
function sidesOf(series: Float64Array, median: number): Float64Array {
  const width = Math.ceil(series.length / MOST_CELLS);
  const cells = new Float64Array(Math.floor(series.length / width));
  for (let cell = 0; cell < cells.length; cell++) {
    let sum = 0;
    for (let i = cell * width; i < (cell + 1) * width; i++) {
      sum += Math.sign((series[i] as number) - median);
    }
    cells[cell] = sum / width;
  }
  return cells;
}

/**
 * How many values in a row count as one, from 1 up: 1 + 2 Σ ρ over the lags until two neighbouring
 * correlations no longer add up to more than 0.
 * @param most the sum is not followed beyond it
 */
function timeOf(cells: Float64Array, most: number): number {
  const { length } = cells;
  const mean = cells.reduce((sum, value) => sum + value, 0) / length;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = 0; i + lag < length; i++) {
      sum += ((cells[i] as number) - mean) * ((cells[i + lag] as number) - mean);
    }
    return sum;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return 1;
  let time = -1;
  for (let lag = 0; lag + 1 < length && time < most; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return Math.max(1, time);
}

/** How a series was cut. */
export interface Stretches {
  /** Median of each stretch, in their order. */
  medians: number[];
  /** Values of a stretch; the last ones may have one less. */
  length: number;
  /** Values in a row that count as one, as far as it was followed. */
  time: number;
  /** Whether it goes up or down from its beginning to its end, so that it was cut in two. */
  drifts: boolean;
  /** Whether the stretches are shorter than the rule wants: the series does not settle. */
  short: boolean;
}

/**
 * Cuts a series.
 * @param median of the whole
 * @returns undefined for one of fewer than `FEWEST_CUT` values
 */
export function cut(series: Float64Array, median: number): Stretches | undefined {
  const n = series.length;
  if (n < FEWEST_CUT) return undefined;
  const cells = sidesOf(series, median);
  const most = cells.length / (2 * TIMES);
  const inCells = timeOf(cells, most);
  const drifts = trend(series).p < DRIFTS;
  const wanted = drifts ? 2 : Math.floor(cells.length / (TIMES * inCells));
  const count = Math.max(2, Math.min(MOST_STRETCHES, Math.floor(n / FEWEST_IN_STRETCH), wanted));
  const medians = Array.from({ length: count }, (_, i) => {
    const part = series.subarray(Math.floor((i * n) / count), Math.floor(((i + 1) * n) / count));
    return medianOfValues(part);
  });
  const width = Math.ceil(n / MOST_CELLS);
  return {
    medians,
    length: Math.ceil(n / count),
    time: inCells * width,
    drifts,
    short: wanted < 2,
  };
}
