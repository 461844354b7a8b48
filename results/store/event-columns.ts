/**
 * Columns of the tables of events, and the rows that a batch and a job give them.
 */
import { EVENT_FIELDS, GUEST_EVENT_FIELDS } from '../../harness/protocol/records.ts';
import type { RecordedEvents, RecordedEventTotals } from '../../harness/run/recorder.ts';

/** Which job a row is about. */
const JOB_COLUMNS = ['boot', 'domain', 'block', 'order', 'arm', 'state', 'kind'] as const;

/**
 * events.csv: one row an event. `event` is the target's own number of it. Ticks raw: `round_trip`
 * by the target's clock, `handler` by the introspector's, empty where it is not known.
 */
export const EVENT_COLUMNS = [
  ...JOB_COLUMNS,
  'batch',
  'monitored',
  'vcpu',
  'event',
  ...EVENT_FIELDS,
] as const;

/**
 * guest-events.csv: one row an event of a guest that nobody prepared, numbered as they came. Ticks raw,
 * by the introspector's clock: `apart` since the event before was seen (empty for the first of a batch),
 * `handler` its own part.
 */
export const GUEST_EVENT_COLUMNS = [
  ...JOB_COLUMNS,
  'batch',
  'event',
  ...GUEST_EVENT_FIELDS,
] as const;

/**
 * event-others.csv: one row a unit of work of a vcpu that computes while others make events. `unit` is
 * the target's own number of it. Ticks raw, by the target's clock.
 */
export const OTHERS_COLUMNS = [
  ...JOB_COLUMNS,
  'batch',
  'monitored',
  'vcpu',
  'unit',
  'ticks',
] as const;

/** event-jobs.csv: one row a job, counted on both sides. A count is empty where it is not known. */
export const EVENT_JOB_COLUMNS = [
  ...JOB_COLUMNS,
  'vcpus',
  'others',
  'asked',
  'executed',
  'events',
  'extra',
  'lost',
  'requests',
  'responses',
  'errors',
  'unclaimed',
  'bad',
  'notifications',
  'waits',
  'elapsed',
  'hypercalls',
  'syscalls',
  'digest',
] as const;

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
