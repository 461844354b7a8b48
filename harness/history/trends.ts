/**
 * How each figure of a history went, and where it changed.
 */
import type { HistoryEntry } from '../../results/history/types.ts';
import { changePoints } from '../analyse/change-points.ts';
import { quantile, sortedSample } from '../analyse/quantile.ts';
import { changeOfSegment, segmentsOf } from './segments.ts';

/** Changes below this part of the median are never looked for, however quiet the series. */
const RESOLUTION = 0.0005;

/** One run in a series. */
export interface TrendPoint {
  id: string;
  startedAt: string;
  commit: string | null;
  p50: number;
  interval95: [number, number] | null;
}

/** A change of level. */
export interface TrendChange {
  /** Place in `points` of the first run of the new level. */
  index: number;
  /** That run. */
  id: string;
  commit: string | null;
  before: number;
  after: number;
  /** after / before; null when before is 0. */
  ratio: number | null;
  /** Probability that the same runs in another order show as much: change-points.ts. */
  p: number;
}

/** One figure over the runs of a segment: what they ran on is the same. */
export interface Trend {
  /** From 0, in the order of the segments' first runs. */
  segment: number;
  /** What began the segment, in words; null of the first. */
  begunBy: string | null;
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
  points: TrendPoint[];
  changes: TrendChange[];
}

function changesOf(points: readonly TrendPoint[]): TrendChange[] {
  const series = Float64Array.from(points, ({ p50 }) => p50);
  const resolution = RESOLUTION * Math.abs(quantile(sortedSample(series), 0.5));
  return changePoints(series, Math.max(resolution, 1e-12)).map((change) => {
    const { id, commit } = points[change.index] as TrendPoint;
    const { before, after } = change;
    return { ...change, id, commit, ratio: before === 0 ? null : after / before };
  });
}

/** What tells a trend of one segment from that of another. */
type OfSegment = Pick<Trend, 'segment' | 'begunBy'>;

/** The trends of runs, whatever they ran on, in the order in which their figures first appear. */
export function trendsOf(
  entries: readonly HistoryEntry[],
  place: OfSegment = { segment: 0, begunBy: null },
): Trend[] {
  const trends = new Map<string, Trend>();
  for (const { id, startedAt, commit, measures } of entries) {
    for (const { benchmark, arm, state, phase, unit, p50, interval95 } of measures) {
      const key = [benchmark, arm, state, phase, unit].join('\n');
      const figure = { benchmark, arm, state, phase, unit, ...place };
      const trend: Trend = trends.get(key) ?? { ...figure, points: [], changes: [] };
      trends.set(key, trend);
      trend.points.push({ id, startedAt, commit, p50, interval95 });
    }
  }
  return [...trends.values()].map((trend) => ({ ...trend, changes: changesOf(trend.points) }));
}

/** The trends of a history, segment by segment: a level is one of what ran on the same. */
export function trendsBySegment(entries: readonly HistoryEntry[]): Trend[] {
  const segments = segmentsOf(entries);
  return segments.flatMap(({ identity, entries: own }, segment) => {
    const before = segments[segment - 1];
    const begunBy = before === undefined ? null : changeOfSegment(before.identity, identity);
    return trendsOf(own, { segment, begunBy });
  });
}
