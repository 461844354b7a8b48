/**
 * The plan of a run of events.
 */
import { EVENT_LOADS, events, VCPU_STATES } from '../../../bench/events/index.ts';
import type { EventState } from '../../../bench/words.ts';
import type { ClockMode } from '../../../infra/testbed.ts';
import {
  kindToMake,
  OTHER_DOMAINS,
  type PlannedDomains,
  PlannedJobs,
  type SpecOf,
} from '../plan.ts';
import type { EventsOptions } from './options.ts';

/** A run of events, as data. A job is `repeat` batches of one kind of event. */
export interface EventsPlan {
  benchmark: 'events';
  options: EventsOptions;
  workload: string;
  /** States that this testbed cannot give, with the reason. Without any other there are no jobs. */
  skipped: { what: string; reason: string }[];
  /** Milliseconds without an event after which a kind counts as not delivered. */
  timeoutMs: number;
  jobs: PlannedJobs<EventState>;
  /** `eventIntrospector` may listen; `introspector` may only read, and is refused. */
  domains: PlannedDomains & { eventIntrospector: SpecOf<'introspector'> };
}

/**
 * Milliseconds of the introspector's clock without an event after which a kind counts as not
 * delivered. Counted time is the same on every machine; in wall time a slow one needs patience.
 */
export const EVENT_TIMEOUT_MS: Readonly<Record<ClockMode, number>> = { counted: 250, wall: 10_000 };

/** The domain that may listen. */
export const EVENT_INTROSPECTOR = {
  role: 'introspector',
  name: 'tv-event-introspector',
  profile: 'events',
} as const satisfies SpecOf<'introspector'>;

/** The keys of the job that listens to a state's events, in the words of native/PROTOCOL.md. */
export function loadOf({ options }: EventsPlan, state: EventState) {
  const { kind, walks, wait, spin, notify, vcpus, others } = EVENT_LOADS[state];
  return {
    kind,
    wait: wait ?? options.wait,
    notify: notify ?? options.notify,
    spin: spin ?? 0,
    walk: walks ? options.walk : 0,
    vcpus: vcpus ?? options.vcpus,
    others: others ?? 0,
  };
}

/** Events that a job listens to: with each batch goes the event in which it is written. */
export function countOf(plan: EventsPlan, state: EventState): number {
  const { repeat, events: batch } = plan.options;
  return loadOf(plan, state).vcpus * (1 + repeat * (batch + 1));
}

/** Why states about several vcpus are not measured where instructions are counted. */
const ONE_CPU =
  'instructions are counted on one CPU, which the vcpus of the target and the introspector would share: --clock wall has two';

/** States of these that cannot be measured. */
function leftOut({ states, clock }: EventsOptions): EventState[] {
  return clock === 'counted' ? states.filter((state) => VCPU_STATES.includes(state)) : [];
}

/** Vcpus of the target: as many as the state with the most of them needs. */
function vcpusOf({ vcpus: asked, states }: EventsOptions): number {
  const needed = states.map((state) => {
    const { vcpus = asked, others = 0 } = EVENT_LOADS[state];
    return vcpus + others;
  });
  return Math.max(...needed, 1);
}

/** The jobs of these states; those of minor ones are left out of every second block of a creation. */
function jobsOf(options: EventsOptions): PlannedJobs<EventState> {
  const keeps = (state: EventState, block: number) => !EVENT_LOADS[state].minor || block % 2 === 0;
  return new PlannedJobs({ ...options, keeps });
}

/** The plan for these options. The same options give the same plan. */
export function makeEventsPlan(asked: EventsOptions): EventsPlan {
  const { target, seed, walk, clock } = asked;
  const left = leftOut(asked);
  const states = asked.states.filter((state) => !left.includes(state));
  const options = states.length === 0 ? asked : { ...asked, states };
  return {
    benchmark: 'events',
    options,
    workload: events.workload,
    skipped: left.length === 0 ? [] : [{ what: `events of ${left.join(', ')}`, reason: ONE_CPU }],
    timeoutMs: EVENT_TIMEOUT_MS[clock],
    jobs: jobsOf({ ...options, states }),
    domains: {
      target: {
        role: 'target',
        name: 'tv-event-target',
        type: kindToMake(target),
        pages: walk,
        batch: walk,
        pageSize: '4k',
        seed,
        vcpus: vcpusOf(options),
        events: true,
      },
      ...OTHER_DOMAINS,
      eventIntrospector: EVENT_INTROSPECTOR,
    },
  };
}
