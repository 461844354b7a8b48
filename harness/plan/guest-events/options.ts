/**
 * Options of the guest-events benchmark.
 */
import type { EventKind, NOTIFICATIONS, WAITS } from '../../../bench/events/index.ts';
import { guestEvents } from '../../../bench/guest-events/index.ts';
import { EVENTS_BLOCKS, EVENTS_CHOICES, EVENTS_NUMBERS } from '../events/options.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import { number, oneOf } from '../values.ts';

/** What a run of guest-events is asked to do, complete and within bounds. */
export interface GuestEventsOptions extends CommonOptions {
  benchmark: 'guest-events';
  states: EventKind[];
  /** Events in a batch, at most: it is over when its time has passed. */
  events: number;
  wait: (typeof WAITS)[number];
  notify: (typeof NOTIFICATIONS)[number];
  /** Name or id of the guest. */
  guest: string;
}

/**
 * Completes and checks what the user asked for, of a guest whose events may be listened to.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function resolveGuestEventsOptions(raw: RawRunOptions): GuestEventsOptions {
  const { wait, notify } = EVENTS_CHOICES;
  return {
    ...resolveShared(guestEvents, raw, EVENTS_BLOCKS),
    events: number(EVENTS_NUMBERS.events, raw.events),
    wait: oneOf('--wait', wait.choices, raw.wait ?? wait.default),
    notify: oneOf('--notify', notify.choices, raw.notify ?? notify.default),
    guest: raw.target ?? '',
  };
}
