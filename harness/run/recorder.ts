/**
 * Where measured batches go. The runner knows no file; results/ implements this.
 */
import type { EventState, PageState } from '../../bench/words.ts';
import type { Creation, PlannedJob } from '../plan/plan.ts';
import type { Batch, EventBatch, EventSamples, EventTotals, Samples } from '../protocol/records.ts';
import type { RecordedObservations } from './observation.ts';
import type { EventBenchmark } from './outcome.ts';

/**
 * One batch with its samples, and where it was measured: after an interruption, that is another life
 * of the testbed than the one that the plan had for the job.
 */
export interface RecordedBatch extends Creation {
  job: PlannedJob<PageState>;
  batch: Batch;
  samples: Samples;
}

/** One batch of events with its samples. */
export interface RecordedEvents extends Creation {
  job: PlannedJob<EventState>;
  batch: EventBatch;
  samples: EventSamples;
}

/** What a job of events counted. */
export interface RecordedEventTotals extends Creation {
  benchmark: EventBenchmark;
  job: PlannedJob<EventState>;
  /** Events that it was asked to listen to. */
  asked: number;
  totals: EventTotals;
}

/** Takes batches in the order in which they were measured. */
export interface Recorder {
  record(batch: RecordedBatch): Promise<void>;
  recordEvents(batch: RecordedEvents): Promise<void>;
  recordEventTotals(totals: RecordedEventTotals): Promise<void>;
  recordObservations(recorded: RecordedObservations): Promise<void>;
}
