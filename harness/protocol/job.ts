/**
 * Jobs: what the harness asks of an introspector (native/PROTOCOL.md, Jobs).
 */
import type { CacheState } from '../../bench/words.ts';
import type { GuestType } from '../../infra/testbed.ts';

/** A job of the page-walk workload. */
export interface PageWalkJob {
  workload: 'page-walk';
  domid: number;
  type: GuestType;
  state: CacheState;
  base: bigint;
  pages: number;
  batch: number;
  depth: number;
  repeat: number;
  warmup: number;
}

/** A request that FLASK has to refuse. */
export interface RefusalJob {
  workload: 'refusal';
  domid: number;
  type: GuestType;
  attempt: 'write-map' | 'foreign-map';
}

/** Ends the introspector. */
export interface ExitJob {
  workload: 'exit';
}

/** Anything an introspector can be asked. */
export type Job = PageWalkJob | RefusalJob | ExitJob;

/** Longest line that the protocol allows, in bytes. */
export const MAX_JOB_LENGTH = 1000;

/** The job as its line, without a newline. `seq` numbers the job. */
export function encodeJob(seq: number, job: Job): string {
  const line = [['seq', seq], ...Object.entries(job)]
    .map(
      ([key, value]) => `${key}=${typeof value === 'bigint' ? `0x${value.toString(16)}` : value}`,
    )
    .join(' ');
  if (line.length > MAX_JOB_LENGTH) throw new Error(`job line of ${line.length} bytes: ${line}`);
  return line;
}
