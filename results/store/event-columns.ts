/**
 * Columns of the tables of events, and the rows that a batch and a job give them.
 */
import { EVENT_FIELDS, GUEST_EVENT_FIELDS } from '../../harness/protocol/records.ts';
import type { RecordedEvents, RecordedEventTotals } from '../../harness/run/recorder.ts';
import { JOB_COLUMNS } from './place-columns.ts';
import { type CsvTable, column } from './table.ts';

const TICKS = 'ticks';

const KIND_PLACE = [
  ...JOB_COLUMNS,
  column(
    'kind',
    'word',
    '',
    'kind of event: `cpuid`, `cr3-write`, … (native/PROTOCOL.md, Target of events)',
  ),
];
const BATCH_PLACE = [...KIND_PLACE, column('batch', 'integer', '', 'batch of its job, from 0')];

const MONITORED = column('monitored', 'flag', '', '1: somebody listened');

/** What each field of an event's sample is, under its name in the protocol. */
const EVENT_MEANINGS: Readonly<Record<(typeof EVENT_FIELDS)[number], string>> = {
  round_trip: "from before the instruction to after it, by the target's clock",
  handler:
    "the introspector's own part, by its clock: from the request seen to just before Xen is told, shared equally over a drain",
};

/** events.csv: raw ticks of every event. */
export const EVENTS = {
  name: 'events.csv',
  row: 'an event, in the order of measurement',
  when: '`events` was measured',
  columns: [
    ...BATCH_PLACE,
    MONITORED,
    column('vcpu', 'integer', '', 'vcpu of the target that made it, from 0'),
    column('event', 'integer', '', "the target's own number of it"),
    ...EVENT_FIELDS.map((name) =>
      column(
        name,
        'integer',
        TICKS,
        EVENT_MEANINGS[name],
        name === 'handler' ? 'nobody listened, or it is not known' : undefined,
      ),
    ),
  ],
} as const satisfies CsvTable;

/** The same of a guest that nobody prepared. */
const GUEST_EVENT_MEANINGS: Readonly<Record<(typeof GUEST_EVENT_FIELDS)[number], string>> = {
  apart: "since the event before was seen, by the introspector's clock, at most 2^32 - 1",
  handler: "the introspector's own part, by its clock",
};

/** guest-events.csv: events of a guest that nobody prepared. */
export const GUEST_EVENTS = {
  name: 'guest-events.csv',
  row: 'an event of a guest that was there already, in the order in which they came',
  when: '`events` was measured of such a guest (`--target`, `--allow-events`)',
  columns: [
    ...BATCH_PLACE,
    column(
      'event',
      'integer',
      '',
      'number of it in the order in which they came, by the introspector',
    ),
    ...GUEST_EVENT_FIELDS.map((name) =>
      column(
        name,
        'integer',
        TICKS,
        GUEST_EVENT_MEANINGS[name],
        name === 'apart' ? 'the first of a batch' : undefined,
      ),
    ),
  ],
} as const satisfies CsvTable;

/** event-others.csv: work of vcpus that compute while others make events. */
export const EVENT_OTHERS = {
  name: 'event-others.csv',
  row: 'a unit of work of a vcpu that computes while others make events, in the order of measurement',
  when: 'a state `busy-…` of `events` was measured',
  columns: [
    ...BATCH_PLACE,
    MONITORED,
    column('vcpu', 'integer', '', 'vcpu of the target that computed, from 0'),
    column('unit', 'integer', '', "the target's own number of the unit"),
    column('ticks', 'integer', TICKS, "how long it took, by the target's clock"),
  ],
} as const satisfies CsvTable;

const NOT_TOLD = 'a guest that nobody prepared does not tell';
const NOT_SEEN = 'it cannot be seen from the introspector';

/** event-jobs.csv: every job of events, counted on both sides. */
export const EVENT_JOBS = {
  name: 'event-jobs.csv',
  row: 'a job of events, in the order of measurement',
  when: '`events` was measured, of any target',
  columns: [
    ...KIND_PLACE,
    column('vcpus', 'integer', 'vcpus', 'vcpus that made events'),
    column('others', 'integer', 'vcpus', 'vcpus that computed meanwhile'),
    column('asked', 'integer', 'events', 'events that were asked for'),
    column(
      'executed',
      'integer',
      'events',
      'events that the target executed, by its own count, from the first handled one to the last',
      NOT_TOLD,
    ),
    column('events', 'integer', 'events', 'events that were handled'),
    column(
      'extra',
      'integer',
      'events',
      "events of the kind that the target's kernel made by itself; of a guest those beyond a full batch",
    ),
    column(
      'lost',
      'integer',
      'events',
      'events that the target counted and the introspector never saw',
      NOT_TOLD,
    ),
    column('requests', 'integer', '', "requests taken from Xen's ring"),
    column('responses', 'integer', '', 'answers put on it'),
    column(
      'errors',
      'integer',
      'events',
      'events whose outcome was wrong for the target',
      NOT_TOLD,
    ),
    column('unclaimed', 'integer', '', 'requests that nobody listened for any more'),
    column('bad', 'integer', '', 'requests that make no sense'),
    column('notifications', 'integer', '', 'times that Xen was told of answers'),
    column('waits', 'integer', '', 'times that the ring was empty'),
    column(
      'elapsed',
      'integer',
      TICKS,
      'from the first event to the last, without the writing of records; of a guest the ticks listened',
    ),
    column('hypercalls', 'integer', 'calls', 'hypercalls of the introspector meanwhile', NOT_SEEN),
    column('syscalls', 'integer', 'calls', 'system calls of the introspector meanwhile', NOT_SEEN),
    column(
      'digest',
      'hex, 16 digits',
      '',
      'digest of the pages that the handler read last; without any that of nothing',
    ),
  ],
} as const satisfies CsvTable;

type Row = (string | number)[];

/** The rows of a batch of events, of a guest's events, or of units of work, which have no handler. */
export function* eventRows({
  boot,
  domain,
  job,
  batch,
  samples,
}: RecordedEvents): Generator<Row, void> {
  const before = [boot, domain, job.block, job.order, job.arm, job.state, batch.kind, batch.batch];
  for (let i = 0; i < samples.count; i++) {
    const [ticks = 0, handler = 0] = samples.ticks.subarray(i * 2, i * 2 + 2);
    const number = batch.first + i;
    if (batch.vcpu === undefined) {
      yield [...before, number, i === 0 ? '' : ticks, handler];
      continue;
    }
    const row = [...before, batch.monitored ? 1 : 0, batch.vcpu, number, ticks];
    yield batch.work ? row : [...row, handler === 0 ? '' : handler];
  }
}

/** The row of a job. */
export function eventJobRow({ boot, domain, job, asked, totals }: RecordedEventTotals): Row {
  return [
    boot,
    domain,
    job.block,
    job.order,
    job.arm,
    job.state,
    totals.kind,
    totals.vcpus,
    totals.others,
    asked,
    totals.executed ?? '',
    totals.events,
    totals.extra,
    totals.lost ?? '',
    totals.requests,
    totals.responses,
    totals.errors ?? '',
    totals.unclaimed,
    totals.bad,
    totals.notifications,
    totals.waits,
    totals.elapsed,
    totals.hypercalls ?? '',
    totals.syscalls ?? '',
    totals.digest,
  ];
}
