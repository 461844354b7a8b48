/**
 * What A/A comparisons (the same thing measured twice) say about the gate: how often it is wrong,
 * and the margin at which it would not have been.
 */
import { proportionInterval } from '../analyse/distributions.ts';
import type { Comparison } from '../compare/compare.ts';

/** How often a row was called faster or slower although nothing had changed. */
export interface FalseAlarms {
  alarms: number;
  comparisons: number;
  rate: number;
  /** Clopper-Pearson. */
  interval95: [number, number];
}

/** Counts alarms over the rows of all A/A comparisons. @throws Error without rows */
export function falseAlarms(pairs: readonly Comparison[]): FalseAlarms {
  const rows = pairs.flatMap(({ rows: some }) => some);
  if (rows.length === 0) throw new Error('A/A comparisons without rows');
  const alarms = rows.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower').length;
  return {
    alarms,
    comparisons: rows.length,
    rate: alarms / rows.length,
    interval95: proportionInterval(alarms, rows.length),
  };
}

/** The smallest margin for each arm at which no row of these A/A comparisons is an alarm. */
export function marginsFromPairs(pairs: readonly Comparison[]): Record<string, number> {
  const margins: Record<string, number> = {};
  for (const { arm, interval95 } of pairs.flatMap(({ rows }) => rows)) {
    if (interval95 === null) continue;
    const [low, high] = interval95;
    const needed = Math.max(0, low - 1, 1 / high - 1);
    margins[arm] = Math.max(margins[arm] ?? 0, needed);
  }
  return margins;
}
