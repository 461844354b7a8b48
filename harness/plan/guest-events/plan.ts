/**
 * The plan of a run of guest-events: no target is made, and none takes orders.
 */
import type { EventKind } from '../../../bench/events/index.ts';
import { guestEvents } from '../../../bench/guest-events/index.ts';
import { EVENT_INTROSPECTOR, EVENT_TIMEOUT_MS } from '../events/plan.ts';
import { OTHER_DOMAINS, type PlannedDomains, PlannedJobs, type SpecOf } from '../plan.ts';
import type { GuestEventsOptions } from './options.ts';

/** A run of guest-events, as data. A job is `repeat` batches of one kind of event. */
export interface GuestEventsPlan {
  benchmark: 'guest-events';
  options: GuestEventsOptions;
  workload: string;
  /** Milliseconds after which a batch is over; with no event in it the kind counts as not made. */
  timeoutMs: number;
  jobs: PlannedJobs<EventKind>;
  domains: Omit<PlannedDomains, 'target'> & { eventIntrospector: SpecOf<'introspector'> };
}

/** Events that a job listens to, at most. */
export function guestCountOf({ options: { repeat, events } }: GuestEventsPlan): number {
  return repeat * events;
}

/** The plan for these options. The same options give the same plan. */
export function makeGuestEventsPlan(options: GuestEventsOptions): GuestEventsPlan {
  return {
    benchmark: 'guest-events',
    options,
    workload: guestEvents.workload,
    timeoutMs: EVENT_TIMEOUT_MS[options.clock],
    jobs: new PlannedJobs(options),
    domains: { ...OTHER_DOMAINS, eventIntrospector: EVENT_INTROSPECTOR },
  };
}
