/**
 * Counts of events over jobs.
 */

import type { EventState } from '../../../bench/words.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import type { EventTotals } from '../../protocol/records.ts';
import {
  ADDED_COUNTS,
  type AddedCounts,
  type EventBenchmark,
  type EventCount,
} from '../outcome.ts';

/** A count that cannot be seen makes the sum one that is not known. */
function sum(a: number | null | undefined, b: number | null | undefined): number | null {
  return a === null || b === null || b === undefined ? null : (a ?? 0) + b;
}

/** Adds counts to what their benchmark, arm and state counted before. */
export function addEventCount(known: EventCount[], more: EventCount): void {
  const { benchmark, arm, state } = more;
  const before = known.find(
    (entry) => entry.benchmark === benchmark && entry.arm === arm && entry.state === state,
  );
  const counts = Object.fromEntries(
    ADDED_COUNTS.map((name) => [
      name,
      before === undefined ? more[name] : sum(before[name], more[name]),
    ]),
  ) as unknown as AddedCounts;
  const entry: EventCount = {
    benchmark,
    arm,
    state,
    jobs: (before?.jobs ?? 0) + more.jobs,
    asked: (before?.asked ?? 0) + more.asked,
    ...counts,
    hypercalls: sum(before?.hypercalls, more.hypercalls),
    syscalls: sum(before?.syscalls, more.syscalls),
  };
  if (before === undefined) known.push(entry);
  else Object.assign(before, entry);
}

/** What one job counted. */
export function eventCountOf(
  benchmark: EventBenchmark,
  { arm, state }: Pick<PlannedJob<EventState>, 'arm' | 'state'>,
  asked: number,
  totals: EventTotals,
): EventCount {
  const counts = Object.fromEntries(
    ADDED_COUNTS.map((name) => [name, totals[name] ?? null]),
  ) as unknown as AddedCounts;
  return {
    benchmark,
    arm,
    state,
    jobs: 1,
    asked,
    ...counts,
    hypercalls: totals.hypercalls ?? null,
    syscalls: totals.syscalls ?? null,
  };
}
