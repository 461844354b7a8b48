/**
 * How well a median is known, and by what.
 *
 * Units of the highest level that was repeated count, one median each: Student's t on their logarithms.
 * What varies below that level is in how the units differ; what varies above it is in no interval. A
 * series in one batch is cut into stretches (stretches.ts); a short one, or units that are single values,
 * have the interval of order statistics. T. Kalibera and R. Jones, "Rigorous benchmarking in reasonable
 * time", ISMM 2013, on units of the highest level; docs/calibration.md on how often each of them covers.
 */
import { type Level, type Nested, type NestedBatch, nest, sortedOf } from './nested.ts';
import { quantile, type SortedSample, sortedSample } from './quantile.ts';
import { FEWEST_FOR_MEDIAN, quantileInterval } from './quantile-interval.ts';
import { autocorrelation } from './serial.ts';
import { differenceOfDrifting } from './shared-drift.ts';
import { cut, type Stretches } from './stretches.ts';
import {
  difference,
  type Estimate,
  intervalOfEstimate,
  meanOf,
  oneAgainst,
  reachOf,
} from './student.ts';
import { halfStep, medianOf, repeatedLevel, unitMedians } from './unit-medians.ts';

/** What an interval counts: units of a level, stretches of one series, or its values. */
export type UnitLevel = Level | 'stretch' | 'value';

/** How an interval came about. */
export interface IntervalBasis {
  /** `none`: there is no interval, and `reason` says why. */
  method: 'student' | 'order-statistics' | 'none';
  level: UnitLevel;
  /** Units that were counted; of two results, of the one that has fewer. */
  units: number;
  /** Why there is no interval. */
  reason?: string;
  /** What has to be known of the series that was cut. */
  caution?: 'drifts' | 'short' | 'correlated';
}

/** An interval with how it came about. */
export interface Interval {
  interval95: [number, number] | null;
  basis: IntervalBasis;
}

/** On which scale values are averaged: that of ratios wherever they have one. */
interface Scale {
  to(value: number): number;
  from(value: number): number;
}
const LOG: Scale = { to: Math.log, from: Math.exp };
const PLAIN: Scale = { to: (value) => value, from: (value) => value };

function none(units: number): { basis: IntervalBasis; estimate?: undefined } {
  const few = `${units === 1 ? 'one value' : `${units} values`} in one batch`;
  const reason = `${few}: an interval takes ${FEWEST_FOR_MEDIAN} values, or two batches`;
  return { basis: { method: 'none', level: 'value', units, reason } };
}

/** A median as an estimate on a scale. */
interface Located {
  basis: IntervalBasis;
  estimate: Estimate;
  /** Bounds on the scale, where they are not those of Student's t. */
  bounds?: [number, number];
}

function byOrder(sorted: SortedSample, level: UnitLevel, scale: Scale): Located | undefined {
  const found = quantileInterval(sorted, 0.5);
  if (found === undefined) return undefined;
  const [low, high] = [scale.to(found[0]), scale.to(found[1])];
  const df = sorted.length - 1;
  const error = (high - low) / (2 * reachOf(df));
  return {
    basis: { method: 'order-statistics', level, units: sorted.length },
    estimate: { centre: scale.to(quantile(sorted, 0.5)), error, df },
    bounds: [low, high],
  };
}

/** Whether a value of a short series is like the one before it: one-sided, at 5 % (Box and Jenkins, 1976). */
function isCorrelated(series: Float64Array): boolean {
  return autocorrelation(series, 1) > 1.645 / Math.sqrt(series.length);
}

function cautionOf({ drifts, short }: Stretches): Pick<IntervalBasis, 'caution'> {
  if (drifts) return { caution: 'drifts' };
  return short ? { caution: 'short' } : {};
}

function bySeries(data: Nested, scale: Scale): Located | ReturnType<typeof none> {
  const series = data.batches[0]?.values ?? new Float64Array();
  const sorted = sortedOf(data);
  const stretches = cut(series, quantile(sorted, 0.5));
  if (stretches === undefined) {
    const found = byOrder(sorted, 'value', scale);
    if (found === undefined) return none(series.length);
    if (isCorrelated(series)) found.basis.caution = 'correlated';
    return found;
  }
  const { medians } = stretches;
  const caution = cautionOf(stretches);
  return {
    basis: { method: 'student', level: 'stretch', units: medians.length, ...caution },
    estimate: meanOf(medians.map(scale.to)),
  };
}

/** Adds what is not known of the base that was taken off: it was measured apart from the values. */
function withBase(located: Located, base: readonly NestedBatch[], slope: number): Located {
  const { estimate: found } = locate(nest(base), PLAIN);
  if (found === undefined) return located;
  const { centre, error, df } = located.estimate;
  const apart = { centre: 0, error: found.error * slope, df: found.df };
  const estimate = { ...difference(apart, { centre: 0, error, df }), centre };
  return { basis: located.basis, estimate };
}

function locate(data: Nested, scale: Scale): Located | ReturnType<typeof none> {
  const level = repeatedLevel(data);
  const { base } = data;
  if (level === undefined) {
    const found = bySeries(data, scale);
    if (found.estimate === undefined || base === undefined) return found;
    return withBase(found, base, slopeAt(found.estimate, scale));
  }
  const { medians, single, ownBase } = unitMedians(data, level);
  const ordered =
    single && base === undefined ? byOrder(sortedSample(medians), level, scale) : undefined;
  if (ordered !== undefined) return ordered;
  const found: Located = {
    basis: { method: 'student', level, units: medians.length },
    estimate: meanOf(medians.map(scale.to)),
  };
  return base === undefined || ownBase
    ? found
    : withBase(found, base, slopeAt(found.estimate, scale));
}

/** What a unit of the values is on the scale, at an estimate. */
function slopeAt({ centre }: Estimate, scale: Scale): number {
  return scale === LOG ? 1 / Math.exp(centre) : 1;
}

/** Whether everything that an interval counts is above zero, so that it has a logarithm. */
function isPositive(data: Nested): boolean {
  const level = repeatedLevel(data);
  if (level === undefined) return (data.batches[0]?.values ?? []).every((value) => value > 0);
  return unitMedians(data, level).medians.every((median) => median > 0);
}

/** The 95 % interval of the median of a sample, and how it came about. The median lies in it. */
export function medianInterval(data: Nested): Interval {
  const scale = isPositive(data) ? LOG : PLAIN;
  const located = locate(data, scale);
  const { basis, estimate } = located;
  if (estimate === undefined) return { interval95: null, basis };
  const sorted = sortedOf(data);
  const p50 = quantile(sorted, 0.5);
  const around = halfStep(sorted);
  const [low, high] = (located.bounds ?? intervalOfEstimate(estimate)).map((bound) =>
    tidy(scale.from(bound)),
  ) as [number, number];
  return { interval95: [Math.min(low - around, p50), Math.max(high + around, p50)], basis };
}

/** Without what logarithms leave at the end of a number. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Fewer of the two: what an interval of both rests on. */
function fewerOf(a: IntervalBasis, b: IntervalBasis): IntervalBasis {
  return b.units < a.units ? b : a;
}

/** `b` against `a` by places within a boot, where both drift alike. Boots and runs have no places. */
function driftingAlike(
  a: Nested,
  b: Nested,
  level: Level | undefined,
  scale: Scale,
): Estimate | undefined {
  const hasPlaces = level !== undefined && level !== 'run' && level !== 'boot';
  if (!hasPlaces || a.base !== undefined || b.base !== undefined) return undefined;
  const [x, y] = [a, b].map((side) => unitMedians(side, level).medians.map(scale.to));
  return differenceOfDrifting(x ?? [], y ?? []);
}

/** `b` against `a` on a scale. */
function locateDifference(
  a: Nested,
  b: Nested,
  scale: Scale,
): { basis: IntervalBasis; estimate?: Estimate } {
  const level = repeatedLevel(a, b);
  const [x, y] = [a, b].map((side) => locate(side, scale)) as [Located, Located];
  const isRepeated = (side: Nested) => level !== undefined && repeatedLevel(side) === level;
  if (level === undefined || (isRepeated(a) && isRepeated(b))) {
    const lacking = [x, y].find(({ estimate }) => estimate === undefined);
    if (lacking !== undefined) return { basis: lacking.basis };
    const estimate = driftingAlike(a, b, level, scale) ?? difference(x.estimate, y.estimate);
    return { basis: fewerOf(x.basis, y.basis), estimate };
  }
  const [many, one] = isRepeated(a) ? [a, b] : [b, a];
  const { medians } = unitMedians(many, level);
  const apart = oneAgainst(medians.map(scale.to), scale.to(medianOf(one.batches)));
  return {
    basis: { method: 'student', level, units: medians.length },
    estimate: many === a ? apart : { ...apart, centre: -apart.centre },
  };
}

/**
 * The 95 % interval of the median of `b` over that of `a`, which were measured apart from each other. Units
 * of one level are compared with each other. A side that has one unit of the level is taken to vary as
 * those of the other do.
 * @returns none where a median is not above zero
 */
export function ratioOfMedians(a: Nested, b: Nested): Interval {
  const sides = [a, b].map(sortedOf);
  const [p, q] = sides.map((sorted) => quantile(sorted, 0.5)) as [number, number];
  if (![a, b].every(isPositive) || !(p > 0 && q > 0)) {
    const reason = 'a median is not above zero';
    return { interval95: null, basis: { method: 'none', level: 'value', units: 0, reason } };
  }
  const { basis, estimate } = locateDifference(a, b, LOG);
  if (estimate === undefined) return { interval95: null, basis };
  const [low, high] = intervalOfEstimate(estimate).map((bound) => tidy(Math.exp(bound))) as [
    number,
    number,
  ];
  const [first, second] = sides.map(halfStep) as [number, number];
  return {
    interval95: [
      Math.min(low, q / p) * shrink(first, p) * shrink(second, q),
      Math.max(high, q / p) / shrink(first, p) / shrink(second, q),
    ],
    basis,
  };
}

/** The 95 % interval of the median of `b` less that of `a`, for a base of 0, of which there is no ratio. */
export function differenceOfMedians(a: Nested, b: Nested): Interval {
  const { basis, estimate } = locateDifference(a, b, PLAIN);
  if (estimate === undefined) return { interval95: null, basis };
  const [p, q] = [a, b].map(({ batches }) => medianOf(batches)) as [number, number];
  const [low, high] = intervalOfEstimate(estimate).map(tidy) as [number, number];
  return { interval95: [Math.min(low, q - p), Math.max(high, q - p)], basis };
}

/** Half a step below a median, as a part of it. */
function shrink(half: number, median: number): number {
  return 1 - Math.min(half / median, 0.5);
}

/** What an interval leaves out, as a clause; undefined: nothing that a result can hold. */
export function leftOut({ method, level }: IntervalBasis): string | undefined {
  if (method === 'none' || level === 'run' || level === 'boot') return undefined;
  return 'differences between boots are not in it';
}
