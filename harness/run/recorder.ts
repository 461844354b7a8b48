/**
 * Where measured batches go. The runner knows no file; results/ implements this.
 */
import type { CacheState } from '../../bench/words.ts';
import type { PlannedJob } from '../plan/plan.ts';
import type { Batch, Samples } from '../protocol/records.ts';

/** One batch with its samples and its place in the run. */
export interface RecordedBatch {
  /** Life of the testbed, from 0. */
  boot: number;
  job: PlannedJob<CacheState>;
  batch: Batch;
  samples: Samples;
}

/** Takes batches in the order in which they were measured. */
export interface Recorder {
  record(batch: RecordedBatch): Promise<void>;
}
