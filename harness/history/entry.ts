/**
 * What a run leaves in a history.
 */

import { HISTORY_VERSION, type HistoryEntry } from '../../results/history/types.ts';
import type { Measured } from '../../results/measured.ts';
import { medianInterval } from '../analyse/median-interval.ts';
import { nest, sortedOf } from '../analyse/nested.ts';
import { quantile } from '../analyse/quantile.ts';

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
      const sorted = sortedOf(data);
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
