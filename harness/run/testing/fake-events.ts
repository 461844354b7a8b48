/**
 * What an introspector would print about events, with made-up but sensible figures.
 */
import { helloRecord, type PlainRecord } from '../../protocol/testing/encode.ts';

/** Ticks of an event without a monitor, and what one adds, by platform: near what a real run gives. */
export const EVENT_COSTS = { unmonitored: 12_300, linux: 46_000, minios: 33_000 } as const;

function text(type: string, fields: Record<string, string | number | undefined>): PlainRecord {
  const payload = Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
  return { type, payload };
}

function rows(values: readonly (readonly [number, number])[]): PlainRecord {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach(([roundTrip, handler], at) => {
    bytes.writeUInt32LE(roundTrip, at * 8);
    bytes.writeUInt32LE(handler, at * 8 + 4);
  });
  return { type: 'T', payload: bytes };
}

/** The records of a job that found that a kind cannot be had. */
export function noEvents(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
  offered: boolean,
): PlainRecord[] {
  const offer = { kind: job.kind, offered: offered ? 1 : 0, delivered: 0 };
  return [helloRecord(platform), text('K', offer)];
}

/** The records of a job of events, of a target with one vcpu. `digest` is that of its memory. */
export function eventRecords(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
  digest: string,
): PlainRecord[] {
  const { kind } = job;
  const size = Number(job.batch);
  const count = Number(job.count);
  const base = EVENT_COSTS.unmonitored;
  const records: PlainRecord[] = [helloRecord(platform)];
  let number = 0;
  let first = 1000;
  const batch = (phase: 'monitored' | 'unmonitored') => {
    const added = phase === 'monitored' ? EVENT_COSTS[platform] : 0;
    const samples = Array.from({ length: size }, (_, i): [number, number] => [
      base + added + (i % 5),
      added === 0 || i === size - 1 ? 0 : 2_800,
    ]);
    records.push(
      text('V', {
        batch: number++,
        kind,
        phase,
        vcpu: 0,
        first,
        count: size,
        median: base + added,
        handler: added === 0 ? 0 : 2_800,
        kept: 1,
      }),
      rows(samples),
    );
    first += size + 1;
  };
  batch('unmonitored');
  for (let done = 1; done + size + 1 <= count; done += size + 1) batch('monitored');
  records.push(
    text('N', {
      kind,
      wait: job.wait,
      notify: job.notify,
      vcpus: 1,
      spin: job.spin,
      walk: job.walk,
      executed: count,
      events: count,
      extra: 0,
      lost: 0,
      requests: count,
      responses: count,
      notifications: count,
      waits: count,
      unclaimed: 0,
      bad: 0,
      errors: 0,
      elapsed: count * (base + EVENT_COSTS[platform] + 300),
      hypercalls: platform === 'linux' ? 'unknown' : 2 * count,
      syscalls: platform === 'linux' ? 2 * count : 0,
      digest,
    }),
    text('K', { kind, offered: 1, delivered: 1 }),
  );
  return records;
}
