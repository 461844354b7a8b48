/** What jobs of events have alike, whoever makes the events. */
import type { EventState } from '../../../bench/words.ts';
import type { PlannedJob, PlannedJobs } from '../../plan/plan.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { EventBatch, EventSamples } from '../../protocol/records.ts';
import type { RunState } from '../state.ts';

/** Names a job for people. */
export function nameOf({ arm, state, order }: PlannedJob<EventState>): string {
  return `${arm}, ${state}, job ${order + 1}`;
}

/** Jobs of this creation that were not recorded before. */
export function jobsLeft<S extends EventState>(
  { creation, life }: RunState,
  { benchmark, jobs }: { benchmark: string; jobs: PlannedJobs<S> },
): PlannedJob<S>[] {
  return jobs.of(creation).filter((job) => life.recorded(benchmark, job.order) === 0);
}

/** @throws ProtocolError when a batch does not have a sample for each of its events */
export function demandSamples(where: string, batch: EventBatch, samples: EventSamples): void {
  if (samples.count === batch.count) return;
  throw new ProtocolError(
    'unexpected',
    `${where}: ${samples.count} samples for ${batch.count} events.`,
  );
}
