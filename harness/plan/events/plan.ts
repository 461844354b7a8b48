/**
 * The plan of a run of events.
 */
import { EVENT_LOADS, events } from '../../../bench/events/index.ts';
import type { EventState } from '../../../bench/words.ts';
import type { ClockMode } from '../../../infra/testbed.ts';
import {
  kindToMake,
  OTHER_DOMAINS,
  orderJobs,
  type PlannedDomains,
  type PlannedJob,
  type SpecOf,
} from '../plan.ts';
import type { EventsOptions } from './options.ts';

/** A run of events, as data. A job is `repeat` batches of one kind of event. */
export interface EventsPlan {
  benchmark: 'events';
  options: EventsOptions;
  workload: string;
  /** Events that a job listens to: with each batch goes the event in which it is written. */
  count: number;
  /** Milliseconds without an event after which a kind counts as not delivered. */
  timeoutMs: number;
  jobs: PlannedJob<EventState>[];
  /** `eventIntrospector` may listen; `introspector` may only read, and is refused. */
  domains: PlannedDomains & { eventIntrospector: SpecOf<'introspector'> };
}

/**
 * Milliseconds of the introspector's clock without an event after which a kind counts as not
 * delivered. Counted time is the same on every machine; in wall time a slow one needs patience.
 */
const EVENT_TIMEOUT_MS: Readonly<Record<ClockMode, number>> = { counted: 250, wall: 2000 };

/** The keys of the job that listens to a state's events, in the words of native/PROTOCOL.md. */
export function loadOf({ options }: EventsPlan, state: EventState) {
  const { kind, walks, wait, spin } = EVENT_LOADS[state];
  return {
    kind,
    wait: wait ?? options.wait,
    notify: options.notify,
    spin: spin ?? 0,
    walk: walks ? options.walk : 0,
  };
}

/** The plan for these options. The same options give the same plan. */
export function makeEventsPlan(options: EventsOptions): EventsPlan {
  const { target, seed, walk, vcpus, repeat, clock } = options;
  return {
    benchmark: 'events',
    options,
    workload: events.workload,
    count: vcpus * (1 + repeat * (options.events + 1)),
    timeoutMs: EVENT_TIMEOUT_MS[clock],
    jobs: orderJobs(options),
    domains: {
      target: {
        role: 'target',
        name: 'tv-event-target',
        type: kindToMake(target),
        pages: walk,
        batch: walk,
        pageSize: '4k',
        seed,
        vcpus,
        events: true,
      },
      ...OTHER_DOMAINS,
      eventIntrospector: {
        role: 'introspector',
        name: 'tv-event-introspector',
        profile: 'events',
      },
    },
  };
}
