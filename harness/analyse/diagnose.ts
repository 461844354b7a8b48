/**
 * What must be known of a sample before its median is believed: how well it is known with all levels
 * of repetition in it, where its spread comes from, what stands out, and whether it drifts.
 */
import { nearOne } from './magnitude.ts';
import { type IntervalBasis, medianInterval } from './median-interval.ts';
import { countUnits, type Level, type Nested, nest, pooled, sortedOf } from './nested.ts';
import { classifyOutliers, type OutlierClasses } from './outliers.ts';
import { quantile } from './quantile.ts';
import { quantileInterval } from './quantile-interval.ts';
import { autocorrelation, type Drift, drift } from './serial.ts';
import { unitMedians } from './unit-medians.ts';
import { type Component, unitsNeeded, varianceComponents } from './variance.ts';

/** Precision, to either side, that `bootsNeeded` is for. */
export const WANTED_PRECISION = 0.01;

/** A quantile with its interval from order statistics. */
export interface QuantileEstimate {
  p: number;
  value: number;
  /** Pages taken as exchangeable; null when there are too few. */
  interval95: [number, number] | null;
}

/** The diagnosis of a sample. */
export interface Diagnosis {
  units: Record<Level | 'page', number>;
  p50: number;
  /** By all levels of repetition, as every table has it; null when too little was repeated. */
  interval95: [number, number] | null;
  basis: IntervalBasis;
  quantiles: QuantileEstimate[];
  outliers: OutlierClasses;
  /** Of pages in the order of measurement, at lag 1. */
  autocorrelation: number;
  drift: Drift;
  components: Component[];
  /** Boots for a 95 % interval of 1 % to either side; null from fewer than two boots. */
  bootsNeeded: number | null;
}

/** The components as they are; of values that were scaled, without variances, which are no numbers. */
function inUnitsOf(data: Nested, scaled: Nested, components: Component[]): Component[] {
  if (scaled === data) return components;
  return components.map((component) => ({ ...component, variance: null }));
}

/** Diagnoses a sample. */
export function diagnose(data: Nested): Diagnosis {
  const pages = pooled(data);
  const sorted = sortedOf(data);
  const near = nearOne(data.batches);
  const scaled = near === data.batches ? data : nest(near);
  return {
    units: countUnits(data),
    p50: quantile(sorted, 0.5),
    ...medianInterval(data),
    quantiles: [0.5, 0.95, 0.99].map((p) => ({
      p,
      value: quantile(sorted, p),
      interval95: quantileInterval(sorted, p) ?? null,
    })),
    outliers: classifyOutliers(sorted),
    autocorrelation: autocorrelation(scaled === data ? pages : pooled(scaled), 1),
    drift: drift(pages),
    components: inUnitsOf(data, scaled, varianceComponents(scaled)),
    bootsNeeded: unitsNeeded(unitMedians(scaled, 'boot').medians, WANTED_PRECISION) ?? null,
  };
}
