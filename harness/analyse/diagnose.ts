/**
 * What must be known of a sample before its median is believed: how well it is known with all levels
 * of repetition in it, where its spread comes from, what stands out, and whether it drifts.
 */
import { seededRandom } from '../plan/prng.ts';
import {
  independentUnits,
  medianReplicates,
  percentileInterval,
} from './hierarchical-bootstrap.ts';
import { nearOne } from './magnitude.ts';
import { countUnits, type Level, type Nested, nest, pooled } from './nested.ts';
import { classifyOutliers, type OutlierClasses } from './outliers.ts';
import { quantile, sortedSample } from './quantile.ts';
import { quantileInterval } from './quantile-interval.ts';
import { autocorrelation, type Drift, drift } from './serial.ts';
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
  /** Hierarchical bootstrap, all levels. */
  interval95: [number, number];
  quantiles: QuantileEstimate[];
  outliers: OutlierClasses;
  /** Of pages in the order of measurement, at lag 1. */
  autocorrelation: number;
  drift: Drift;
  components: Component[];
  /** Boots for a 95 % interval of 1 % to either side; null from fewer than two boots. */
  bootsNeeded: number | null;
}

/** Medians of the boots of a sample. */
export function bootMedians({ batches }: Nested): number[] {
  const boots = new Map<string, Float64Array[]>();
  for (const { path, values } of batches) {
    const boot = path.slice(0, 2).join('\n');
    boots.set(boot, [...(boots.get(boot) ?? []), values]);
  }
  return [...boots.values()].map((parts) => {
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return quantile(sortedSample(all), 0.5);
  });
}

/** The components as they are; of values that were scaled, without variances, which are no numbers. */
function inUnitsOf(data: Nested, scaled: Nested, components: Component[]): Component[] {
  if (scaled === data) return components;
  return components.map((component) => ({ ...component, variance: null }));
}

/** Diagnoses a sample. The same sample and seed give the same diagnosis. */
export function diagnose(data: Nested, seed: number): Diagnosis {
  const pages = pooled(data);
  const sorted = sortedSample(pages);
  const near = nearOne(data.batches);
  const scaled = near === data.batches ? data : nest(near);
  return {
    units: countUnits(data),
    p50: quantile(sorted, 0.5),
    interval95: percentileInterval(
      medianReplicates(data, seededRandom(seed)),
      independentUnits(data),
    ),
    quantiles: [0.5, 0.95, 0.99].map((p) => ({
      p,
      value: quantile(sorted, p),
      interval95: quantileInterval(sorted, p) ?? null,
    })),
    outliers: classifyOutliers(sorted),
    autocorrelation: autocorrelation(scaled === data ? pages : pooled(scaled), 1),
    drift: drift(pages),
    components: inUnitsOf(data, scaled, varianceComponents(scaled)),
    bootsNeeded: unitsNeeded(bootMedians(scaled), WANTED_PRECISION) ?? null,
  };
}
