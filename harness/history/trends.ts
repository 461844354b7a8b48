/**
 * How each figure of a history went, and where it changed.
 */
import type { HistoryEntry } from '../../results/history/types.ts';
import { changePoints } from '../analyse/change-points.ts';
import { quantile, sortedSample } from '../analyse/quantile.ts';

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
}

/** One figure over the runs of a history. */
export interface Trend {
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

/** The trends of a history, in the order in which its figures first appear. */
export function trendsOf(entries: readonly HistoryEntry[]): Trend[] {
  const trends = new Map<string, Trend>();
  for (const { id, startedAt, commit, measures } of entries) {
    for (const { benchmark, arm, state, phase, unit, p50, interval95 } of measures) {
      const key = [benchmark, arm, state, phase, unit].join('\n');
      const known = trends.get(key);
      const trend = known ?? { benchmark, arm, state, phase, unit, points: [], changes: [] };
      if (known === undefined) trends.set(key, trend);
      trend.points.push({ id, startedAt, commit, p50, interval95 });
    }
  }
  return [...trends.values()].map((trend) => ({ ...trend, changes: changesOf(trend.points) }));
}
