/**
 * Where measured batches go. The runner knows no file; results/ implements this.
 */
import type { CacheState, EventState } from '../../bench/words.ts';
import type { PlannedJob } from '../plan/plan.ts';
import type { Batch, EventBatch, EventSamples, EventTotals, Samples } from '../protocol/records.ts';

/** One batch with its samples and its place in the run. */
export interface RecordedBatch {
  /** Life of the testbed, from 0. */
  boot: number;
  job: PlannedJob<CacheState>;
  batch: Batch;
  samples: Samples;
}

/** One batch of events with its samples. */
export interface RecordedEvents {
  boot: number;
  job: PlannedJob<EventState>;
  batch: EventBatch;
  samples: EventSamples;
}

/** What a job of events counted. */
export interface RecordedEventTotals {
  boot: number;
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
}
