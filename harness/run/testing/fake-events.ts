/**
 * What an introspector would print about events, with made-up but sensible figures.
 */
import { helloRecord, type PlainRecord } from '../../protocol/testing/encode.ts';

/** Ticks of an event without a monitor, and what one adds, by platform: near what a real run gives. */
export const EVENT_COSTS = {
  unmonitored: 12_300,
  linux: 46_000,
  minios: 33_000,
  /** The introspector's own part of an event of a guest, and between two of them. */
  handler: 2_800,
  apart: 50_000,
  /** A unit of work of a vcpu that computes. */
  unit: 1_000_000,
} as const;

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

/** What Xen offers, as emulated SVM does. */
const OFFERS = text('O', { capabilities: '0x5db', 'single-step': 0, 'memory-access': 'EINVAL' });

/** The records of a job that found that a kind cannot be had. */
export function noEvents(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
  offered: boolean,
): PlainRecord[] {
  const offer = { kind: job.kind, offered: offered ? 1 : 0, delivered: 0 };
  return [helloRecord(platform), OFFERS, text('K', offer)];
}

/**
 * The records of a job of events: all are those of vcpu 0, and one unit of work in a hundred is lost
 * by each vcpu that computes. `digest` is that of the target's memory.
 */
export function eventRecords(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
  digest: string,
): PlainRecord[] {
  const { kind } = job;
  const size = Number(job.batch);
  const count = Number(job.count);
  const base = EVENT_COSTS.unmonitored;
  const records: PlainRecord[] = [helloRecord(platform), OFFERS];
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
  const work = (vcpu: number, phase: 'others' | 'others-unmonitored') => {
    const ticks = phase === 'others' ? EVENT_COSTS.unit * 1.01 : EVENT_COSTS.unit;
    const units = Array.from({ length: size }, (): [number, number] => [ticks, 0]);
    const fields = {
      kind,
      phase,
      vcpu,
      first: 500,
      count: size,
      median: ticks,
      handler: 0,
      kept: 1,
    };
    records.push(text('V', { batch: number++, ...fields }), rows(units));
  };
  batch('unmonitored');
  for (let done = 1; done + size + 1 <= count; done += size + 1) batch('monitored');
  for (let other = 0; other < Number(job.others); other++) {
    work(Number(job.vcpus) + other, 'others-unmonitored');
    work(Number(job.vcpus) + other, 'others');
  }
  records.push(
    text('N', {
      kind,
      wait: job.wait,
      notify: job.notify,
      vcpus: job.vcpus,
      others: job.others,
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

/** What Xen answers whoever asks for the ring of a guest, when it makes none. */
export function noRing(platform: 'linux' | 'minios', errno: number): PlainRecord[] {
  return [helloRecord(platform), text('R', { attempt: 'vm-event', errno })];
}

/** The records of a job of events of a guest that nobody prepared: two come beyond the last batch. */
export function guestEventRecords(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
): PlainRecord[] {
  const { kind } = job;
  const { handler, apart } = EVENT_COSTS;
  const count = Number(job.count);
  const size = Number(job.batch);
  const own = platform === 'linux' ? handler + 400 : handler;
  const records: PlainRecord[] = [helloRecord(platform), OFFERS];
  for (let first = 0; first < count; first += size) {
    const n = Math.min(size, count - first);
    const fields = { batch: first / size, kind, phase: 'listened', first, count: n };
    records.push(
      text('V', { ...fields, median: apart, handler: own, kept: 1 }),
      rows(Array.from({ length: n }, (_, i) => [i === 0 ? 0 : apart + i, own + (i % 3)])),
    );
  }
  const requests = count + 2;
  records.push(
    text('N', {
      ...{ kind, wait: job.wait, notify: job.notify, vcpus: 1, others: 0, spin: 0, walk: 0 },
      ...{ executed: 'unknown', events: count, extra: 1, lost: 'unknown' },
      ...{ requests, responses: requests, notifications: requests, waits: requests },
      ...{ unclaimed: 1, bad: 0, errors: 'unknown', elapsed: count * apart },
      hypercalls: platform === 'linux' ? 'unknown' : 2 * requests,
      syscalls: platform === 'linux' ? 2 * requests : 0,
      digest: 'cbf29ce484222325',
    }),
    text('K', { kind, offered: 1, delivered: 1 }),
  );
  return records;
}
