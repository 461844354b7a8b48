/**
 * guest-events: what can be seen of listening to a guest that nobody prepared. It takes no orders and
 * keeps no ticks, so that the round trip, and what a monitor adds to it, stay unknown.
 */
import type { Benchmark } from '../benchmark.ts';
import { EVENT_KINDS, type EventKind, events } from '../events/index.ts';

const OF_EVENTS = ['events', 'wait', 'notify'] as const;
type Shared = Extract<(typeof events.parameters)[number], { name: (typeof OF_EVENTS)[number] }>;

/** What each kind is in a guest that makes it for reasons of its own. */
export const GUEST_KIND_MEANINGS: Readonly<Record<EventKind, string>> = {
  cpuid: 'CPUID, which always leaves the guest',
  'cr3-write': 'a load of CR3, as at a switch between processes',
  'msr-write': 'WRMSR to KERNEL_GS_BASE',
  debug: 'a debug exception, given back to the guest',
  descriptor: 'an access to a descriptor register, emulated by Xen',
  'guest-request': 'a hypercall by which the guest itself asks for an event',
  breakpoint: 'INT3, given back to the guest',
};

/** The guest-events benchmark. */
export const guestEvents = {
  id: 'guest-events',
  title: 'Events of a guest that is not ours',
  question:
    'How long does an introspector take for an event of a guest that nobody prepared, and how often does the guest make it?',
  answer: {
    compared: 'Handling an event of the guest from {a} costs {times} what it costs from {b}',
    alone: 'Handling an event of the guest from {a} costs {value}',
    states: [
      { state: 'cpuid', words: 'for a CPUID' },
      { state: 'cr3-write', words: 'for a CR3 write' },
      { state: 'msr-write', words: 'for an MSR write' },
      { state: 'debug', words: 'for a debug exception' },
      { state: 'descriptor', words: 'for an SGDT' },
      { state: 'guest-request', words: 'for a guest request' },
      { state: 'breakpoint', words: 'for an INT3' },
    ],
    silent: {
      text: 'Only the introspector’s own part is seen: the round trip of a guest that nobody prepared is not known.',
      short: 'Without the round trip.',
    },
    figures: ['guest-events-handler', 'guest-events-apart'],
  },
  kind: 'samples',
  workload: 'guest-events',
  expectedSeconds: 20,
  standsFor: 'events',
  per: 'event',
  headline: 'handler',
  overviewCaption: "Median of the introspector's own part of an event (phase handler)",
  costCaption: "Median of the introspector's own part of an event",
  stateTitle: 'Kinds of event of a guest',
  stateCaption:
    'What is listened to. The guest makes these events by itself, or not; only its own doing is seen.',
  arms: ['dom0', 'minios'],
  states: EVENT_KINDS,
  phases: [
    {
      name: 'handler',
      meaning:
        "the introspector's own part, from the request seen to the response sent, by its own clock",
    },
    {
      name: 'apart',
      meaning:
        'from one event to the next, whichever vcpu made it, by the clock of the introspector',
    },
    {
      name: 'sustained',
      meaning: 'time listened for each event, over a whole job, by the same clock',
    },
  ],
  parameters: events.parameters.filter((parameter): parameter is Shared =>
    OF_EVENTS.some((name) => name === parameter.name),
  ),
  figures: [
    {
      id: 'guest-events-handler',
      kind: 'grouped-bars',
      title: "The introspector's own part of an event of the guest, by kind",
      states: EVENT_KINDS,
      phase: 'handler',
      statistic: 'p50',
      scale: 'linear',
    },
    {
      id: 'guest-events-apart',
      kind: 'grouped-bars',
      title: 'From one event of the guest to the next, by kind',
      states: EVENT_KINDS,
      phase: 'apart',
      statistic: 'p50',
      scale: 'logarithmic',
    },
  ],
} as const satisfies Benchmark;
