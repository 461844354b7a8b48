/**
 * Jobs: what the harness asks of an introspector (native/PROTOCOL.md, Jobs).
 */
import type { EventKind, NOTIFICATIONS, WAITS } from '../../bench/events/index.ts';
import type { PageState } from '../../bench/words.ts';
import type { GuestType } from '../../infra/testbed.ts';

/** A job of the page-walk workload. */
export interface PageWalkJob {
  workload: 'page-walk';
  domid: number;
  type: GuestType;
  state: PageState;
  base: bigint;
  pages: number;
  batch: number;
  depth: number;
  repeat: number;
  warmup: number;
  /** Address space and levels of its paging; without them vcpu 0's. */
  cr3?: bigint;
  levels?: number;
  /** 1: the readings of the clock are wanted too. */
  stamps?: 1;
}

/** Finds pages to read in a domain that nobody prepared. */
export interface LocateJob {
  workload: 'locate';
  domid: number;
  type: GuestType;
  pages: number;
  /** Where to begin; without it the entry of system calls. */
  base?: bigint;
  /** Instead: anywhere in the process that vcpu 0 is in. */
  region?: 'process';
}

/** A request that FLASK has to refuse. */
export interface RefusalJob {
  workload: 'refusal';
  domid: number;
  type: GuestType;
  attempt: 'write-map' | 'foreign-map' | 'vm-event';
}

/** Whether somebody listens to a domain's events already. */
export interface ListenerJob {
  workload: 'refusal';
  domid: number;
  type: GuestType;
  attempt: 'listener';
}

/** Listens to one kind of event of a target. */
export interface EventsJob {
  workload: 'events';
  domid: number;
  type: GuestType;
  kind: EventKind;
  /** Events to listen to in all. */
  count: number;
  /** Events in a batch. */
  batch: number;
  wait: (typeof WAITS)[number];
  notify: (typeof NOTIFICATIONS)[number];
  /** Rounds of an empty loop of the target between two events. */
  spin: number;
  /** Pages from `base` on that the handler reads at each event. */
  walk: number;
  /** Vcpus of the target that make events, from the first on, and those after them that compute. */
  vcpus: number;
  others: number;
  base: bigint;
  /** Milliseconds of the introspector's clock without an event after which it gives up. */
  timeout: number;
}

/** Listens to one kind of event of a guest that nobody prepared. */
export interface GuestEventsJob
  extends Pick<
    EventsJob,
    'domid' | 'type' | 'kind' | 'count' | 'batch' | 'wait' | 'notify' | 'timeout'
  > {
  workload: 'guest-events';
}

/** Takes a dead introspector's events off a target, and lets its vcpus go on. */
export interface EventsOffJob {
  workload: 'events-off';
  domid: number;
  type: GuestType;
  kind: EventKind;
}

/** Asks when the introspector passed the points of its life. */
export interface StampsJob {
  workload: 'stamps';
}

/** Ends the introspector. */
export interface ExitJob {
  workload: 'exit';
}

/** Anything an introspector can be asked. */
export type Job =
  | PageWalkJob
  | LocateJob
  | RefusalJob
  | ListenerJob
  | EventsJob
  | GuestEventsJob
  | EventsOffJob
  | StampsJob
  | ExitJob;

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
