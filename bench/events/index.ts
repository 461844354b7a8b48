/**
 * events: what it costs a guest that somebody watches one kind of its instructions, when the
 * watcher is a process in Dom0 and when it is a Mini-OS domain.
 */
import type { Benchmark } from '../benchmark.ts';
import { EVENT_STATES, type EventState } from '../words.ts';

/** Kinds of event, as native/PROTOCOL.md names them. */
export const EVENT_KINDS = [
  'cpuid',
  'cr3-write',
  'msr-write',
  'debug',
  'descriptor',
  'guest-request',
  'breakpoint',
] as const;

/** One kind of event. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** How an introspector waits for events. `adaptive`: gives the processor away once, then sleeps. */
export const WAITS = ['adaptive', 'block', 'poll'] as const;

/** When Xen is told of answers: once when the ring is empty, or after each of them. */
export const NOTIFICATIONS = ['drain', 'event'] as const;

/** What makes a state: a kind of event, and where it departs from the run's parameters. */
export interface EventLoad {
  kind: EventKind;
  /** The handler walks and reads pages of the target before it answers. */
  walks?: true;
  wait?: (typeof WAITS)[number];
  /** Rounds of an empty loop between two events; without it they follow each other in a burst. */
  spin?: number;
  notify?: (typeof NOTIFICATIONS)[number];
  /** Vcpus that make events at once: such a state needs a host of several CPUs. */
  vcpus?: number;
  /** Vcpus that compute meanwhile. */
  others?: number;
  /** A variation of another state: measured in every second block only. */
  minor?: true;
}

/** The load of each state. */
export const EVENT_LOADS: Readonly<Record<EventState, EventLoad>> = {
  cpuid: { kind: 'cpuid' },
  'cr3-write': { kind: 'cr3-write' },
  'msr-write': { kind: 'msr-write' },
  debug: { kind: 'debug' },
  descriptor: { kind: 'descriptor' },
  'guest-request': { kind: 'guest-request', minor: true },
  breakpoint: { kind: 'breakpoint' },
  'cr3-write-walk': { kind: 'cr3-write', walks: true },
  'cpuid-block': { kind: 'cpuid', wait: 'block' },
  'cpuid-poll': { kind: 'cpuid', wait: 'poll', minor: true },
  'cpuid-steady': { kind: 'cpuid', spin: 20_000, minor: true },
  'vcpus-1': { kind: 'cpuid', vcpus: 1 },
  'vcpus-2': { kind: 'cpuid', vcpus: 2 },
  'vcpus-4': { kind: 'cpuid', vcpus: 4 },
  'vcpus-8': { kind: 'cpuid', vcpus: 8 },
  'vcpus-2-each': { kind: 'cpuid', vcpus: 2, notify: 'event' },
  'vcpus-4-each': { kind: 'cpuid', vcpus: 4, notify: 'event' },
  'vcpus-8-each': { kind: 'cpuid', vcpus: 8, notify: 'event' },
  'busy-2': { kind: 'cpuid', vcpus: 1, others: 1 },
  'busy-4': { kind: 'cpuid', vcpus: 1, others: 3 },
  'busy-8': { kind: 'cpuid', vcpus: 1, others: 7 },
};

/** States about several vcpus at once. */
export const VCPU_STATES = EVENT_STATES.filter((state) => EVENT_LOADS[state].vcpus !== undefined);

/** Upper bound of `--events`, from native/PROTOCOL.md. */
export const MAX_EVENTS = 4096;

/** Upper bound of `--walk`, from native/PROTOCOL.md. */
export const MAX_WALK = 64;

/** The events benchmark. */
export const events = {
  id: 'events',
  title: 'Events',
  question:
    'What does it add to an instruction of a guest that an introspector is told of it and answers, from Dom0 and from a Mini-OS domain?',
  answer: {
    compared: 'Listening from {a} adds {times} what it adds from {b}',
    alone: 'Listening from {a} adds {value}',
    states: [
      { state: 'cpuid', words: 'to a CPUID' },
      { state: 'cpuid-block', words: 'to a CPUID while the introspector sleeps' },
      { state: 'cr3-write', words: 'to a CR3 write' },
      { state: 'descriptor', words: 'to an SGDT' },
      { state: 'debug', words: 'to a debug exception' },
      { state: 'msr-write', words: 'to an MSR write' },
      { state: 'guest-request', words: 'to a guest request' },
      { state: 'breakpoint', words: 'to an INT3' },
      { state: 'cr3-write-walk', words: 'to a CR3 write whose handler reads pages' },
      { state: 'cpuid-poll', words: 'to a CPUID while the introspector polls' },
      { state: 'cpuid-steady', words: 'to a CPUID at a steady rate' },
      { state: 'vcpus-1', words: 'to a CPUID on one of eight vcpus' },
      { state: 'vcpus-2', words: 'to a CPUID on two vcpus at once' },
      { state: 'vcpus-4', words: 'to a CPUID on four vcpus at once' },
      { state: 'vcpus-8', words: 'to a CPUID on eight vcpus at once' },
      { state: 'vcpus-2-each', words: 'to a CPUID on two vcpus, answered singly' },
      { state: 'vcpus-4-each', words: 'to a CPUID on four vcpus, answered singly' },
      { state: 'vcpus-8-each', words: 'to a CPUID on eight vcpus, answered singly' },
      { state: 'busy-2', words: 'to a CPUID while another vcpu computes' },
      { state: 'busy-4', words: 'to a CPUID while three others compute' },
      { state: 'busy-8', words: 'to a CPUID while seven others compute' },
    ],
    figures: ['events-added', 'events-waits', 'events-vcpus'],
  },
  kind: 'samples',
  workload: 'events',
  expectedSeconds: 40,
  per: 'event',
  headline: 'added',
  overviewCaption: 'Median of what a monitor adds to an event (phase added)',
  stateTitle: 'Kinds of event',
  stateCaption:
    'What the target executes, and how the introspector listens where it is not as by default.',
  arms: ['dom0', 'minios'],
  states: EVENT_STATES,
  phases: [
    {
      name: 'added',
      meaning:
        'the round trip, less the median of the same instruction without a monitor in the same arm and state',
    },
    {
      name: 'round-trip',
      meaning:
        'from before the instruction to after it, by the clock of the target, with a monitor',
    },
    {
      name: 'unmonitored',
      meaning:
        'the same while nobody listens; somebody has before, so that what Xen goes on intercepting counts',
    },
    {
      name: 'handler',
      meaning:
        "the introspector's own part, from the request seen to the response sent, by its own clock",
    },
    {
      name: 'sustained',
      meaning: 'from one event to the next over a whole job, by the clock of the introspector',
    },
    {
      name: 'others-unmonitored',
      meaning: `a unit of work of a vcpu that computes beside one that makes events, while nobody listens`,
    },
    { name: 'others', meaning: 'the same while somebody listens' },
    {
      name: 'others-loss',
      meaning: 'what that is more than the median of others-unmonitored',
    },
  ],
  parameters: [
    {
      kind: 'number',
      name: 'events',
      meaning: 'events in a batch',
      default: 100,
      min: 1,
      max: MAX_EVENTS,
    },
    {
      kind: 'number',
      name: 'walk',
      meaning: 'pages that the mixed load reads at each event',
      default: 10,
      min: 1,
      max: MAX_WALK,
    },
    {
      kind: 'number',
      name: 'vcpus',
      meaning: 'virtual processors that make events at once, where a state does not say how many',
      default: 1,
      min: 1,
      max: 8,
    },
    {
      kind: 'choice',
      name: 'wait',
      meaning: 'how the introspector waits for events',
      default: 'adaptive',
      choices: WAITS,
    },
    {
      kind: 'choice',
      name: 'notify',
      meaning: 'when Xen is told of answers: after a drain of the ring, or after each event',
      default: 'drain',
      choices: NOTIFICATIONS,
    },
  ],
  figures: [
    {
      id: 'events-added',
      kind: 'grouped-bars',
      title: 'What a monitor adds to an event, by kind',
      states: EVENT_KINDS,
      phase: 'added',
      statistic: 'p50',
      scale: 'linear',
    },
    {
      id: 'events-waits',
      kind: 'grouped-bars',
      title: 'What a monitor adds to a CPUID, by the way it waits and the load',
      states: ['cpuid', 'cpuid-block', 'cpuid-poll', 'cpuid-steady'],
      phase: 'added',
      statistic: 'p50',
      scale: 'linear',
    },
    {
      id: 'events-vcpus',
      kind: 'grouped-bars',
      title: 'What a monitor adds to a CPUID, by the vcpus that execute it at once',
      states: VCPU_STATES.filter((state) => EVENT_LOADS[state].others === undefined),
      phase: 'added',
      statistic: 'p50',
      scale: 'linear',
    },
    {
      id: 'events-round-trips',
      kind: 'stacked-bars',
      title: 'An event as the guest sees it, by kind',
      states: [...EVENT_KINDS, 'cr3-write-walk'],
      phase: 'round-trip',
      below: 'unmonitored',
      statistic: 'p50',
      scale: 'linear',
    },
  ],
} as const satisfies Benchmark;
