/**
 * Options of the events benchmark.
 */
import { events, type NOTIFICATIONS, type WAITS } from '../../../bench/events/index.ts';
import type { EventState } from '../../../bench/words.ts';
import {
  COMMON_NUMBERS,
  type CommonOptions,
  type RawRunOptions,
  resolveShared,
} from '../options.ts';
import { number, oneOf } from '../values.ts';

/** What a run of events is asked to do, complete and within bounds. */
export interface EventsOptions extends CommonOptions {
  benchmark: 'events';
  states: EventState[];
  /** Events in a batch. */
  events: number;
  /** Pages that the mixed load reads at each event. */
  walk: number;
  /** Of the target; each has a stream of events. */
  vcpus: number;
  wait: (typeof WAITS)[number];
  notify: (typeof NOTIFICATIONS)[number];
}

const [EVENTS, WALK, VCPUS, WAIT, NOTIFY] = events.parameters;

/** Fewer than elsewhere: every event leaves the guest, which emulation is slow at. */
export const EVENTS_BLOCKS = { ...COMMON_NUMBERS.blocks, default: 2 };

/** Numbers that a user may choose. */
export const EVENTS_NUMBERS = { events: EVENTS, walk: WALK, vcpus: VCPUS } as const;

/** Words that a user may choose. */
export const EVENTS_CHOICES = { wait: WAIT, notify: NOTIFY } as const;

/**
 * Completes and checks what the user asked for.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function resolveEventsOptions(raw: RawRunOptions): EventsOptions {
  return {
    ...resolveShared(events, raw, EVENTS_BLOCKS),
    events: number(EVENTS, raw.events),
    walk: number(WALK, raw.walk),
    vcpus: number(VCPUS, raw.vcpus),
    wait: oneOf('--wait', WAIT.choices, raw.wait ?? WAIT.default),
    notify: oneOf('--notify', NOTIFY.choices, raw.notify ?? NOTIFY.default),
  };
}
