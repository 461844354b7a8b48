/**
 * Between runs and a history: what a run leaves in it, and a history as something to compare with.
 */

import { UserError } from '../../infra/errors.ts';
import { HISTORY_VERSION, type HistoryEntry } from '../../results/history/types.ts';
import type { Measured } from '../../results/measured.ts';
import { medianInterval } from '../analyse/median-interval.ts';
import { nest, pooled } from '../analyse/nested.ts';
import { quantile, sortedSample } from '../analyse/quantile.ts';

/** Fewest runs of a history that something can be compared with. */
export const FEWEST_RUNS = 3;

/** The entry of a run. */
export function entryOf(run: Measured): HistoryEntry {
  return {
    version: HISTORY_VERSION,
    id: run.id,
    startedAt: run.startedAt,
    commit: run.commit,
    manifest: run.digest,
    identity: run.identity,
    measures: run.groups.map(({ benchmark, arm, state, phase, unit, batches, base }) => {
      const data = nest(batches, base);
      const sorted = sortedSample(pooled(data));
      return {
        benchmark,
        arm,
        state,
        phase,
        unit,
        n: sorted.length,
        p50: quantile(sorted, 0.5),
        interval95: medianInterval(data).interval95,
      };
    }),
  };
}

/**
 * The newest runs of a history as a baseline: each is one value, its median.
 * @throws UserError when there are too few
 */
export function baselineOf(
  path: string,
  entries: readonly HistoryEntry[],
  window: number,
): Measured[] {
  const newest = entries.slice(-window);
  if (newest.length < FEWEST_RUNS) {
    throw new UserError(
      `${path} holds ${newest.length} runs; a baseline needs at least ${FEWEST_RUNS}.`,
      { advice: 'Measure more: tinyvmi-bench run, then tinyvmi-bench history append <run>' },
    );
  }
  return newest.map(({ id, manifest, startedAt, commit, identity, measures }) => ({
    id,
    folder: path,
    digest: manifest,
    startedAt,
    commit,
    identity,
    groups: measures.map(({ p50, ...measure }) => ({
      ...measure,
      batches: [{ path: [id, '0', '0', '0', '0'], values: Float64Array.of(p50) }],
    })),
  }));
}
