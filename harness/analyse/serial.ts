/**
 * Whether the values of a run depend on when they were measured: autocorrelation and drift.
 *
 * Autocorrelation: G. E. P. Box and G. M. Jenkins, "Time Series Analysis", 1976, section 2.1.5
 * (divisor n; R's acf). Drift: D. R. Cox and A. Stuart, "Some quick sign tests for trend in location
 * and dispersion", Biometrika 42, 1955. Its size is ours: the median of the last third over that of
 * the first.
 */
import { binomialCdf } from './distributions.ts';
import { mean, medianOfValues } from './quantile.ts';

/** Correlation of a series with itself `lag` places on, from -1 to 1; 0 for a constant series. */
export function autocorrelation(series: Float64Array, lag: number): number {
  const centre = mean(series);
  let [sum, product] = [0, 0];
  for (let i = 0; i < series.length; i++) {
    const deviation = (series[i] as number) - centre;
    sum += deviation * deviation;
    if (i + lag < series.length) product += deviation * ((series[i + lag] as number) - centre);
  }
  return sum > 0 ? product / sum : 0;
}

/** Whether a series rises or falls. */
export interface Trend {
  /** Pairs of a value and the one half a series later that rise, of those that are not equal. */
  rising: number;
  pairs: number;
  /** Two-sided p of the sign test; 1 when all pairs are equal. */
  p: number;
}

/** How a series changes from its beginning to its end. */
export interface Drift extends Trend {
  /** Median of the last third over the median of the first; null when that is 0. */
  lastToFirst: number | null;
}

/** Trend of a series of at least one value, in its order. */
export function trend(series: Float64Array): Trend {
  const half = Math.ceil(series.length / 2);
  let [rising, pairs] = [0, 0];
  for (let i = 0; i + half < series.length; i++) {
    const change = (series[i + half] as number) - (series[i] as number);
    if (change > 0) rising++;
    if (change !== 0) pairs++;
  }
  const fewer = Math.min(rising, pairs - rising);
  return { rising, pairs, p: pairs === 0 ? 1 : Math.min(1, 2 * binomialCdf(fewer, pairs, 0.5)) };
}

/** Drift of a series of at least one value, in its order. */
export function drift(series: Float64Array): Drift {
  const third = Math.ceil(series.length / 3);
  const first = medianOfValues(series.subarray(0, third));
  const last = medianOfValues(series.subarray(series.length - third));
  return { ...trend(series), lastToFirst: first === 0 ? null : last / first };
}
