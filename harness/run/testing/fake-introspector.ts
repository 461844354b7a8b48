/**
 * What an introspector would print, with made-up but sensible figures: for tests of the harness.
 */
import { COMMON_NUMBERS } from '../../plan/options.ts';
import { digestOfPages } from '../../protocol/pattern.ts';
import {
  encodeJobRecords,
  helloRecord,
  type PlainRecord,
  samplesRecord,
  stampsRecord,
} from '../../protocol/testing/encode.ts';
import { eventRecords, guestEventRecords } from './fake-events.ts';

/** A job line as its fields. */
export function parseJob(line: string): Record<string, string> {
  return Object.fromEntries(line.split(' ').map((pair) => pair.split('=')));
}

/** Ticks of a page by arm and state: near what a real run gives. */
const COSTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  linux: { cold: 60_000, tables: 12_000, warm: 700, batch: 500, 'seed-2018': 14_000 },
  minios: { cold: 8_000, tables: 2_400, warm: 690, batch: 520, 'seed-2018': 4_000 },
};

const digests = new Map<string, string>();

/** Digest of pages of a target whose seed is the default one. */
export function fakeDigest(first: number, pages: number): string {
  const key = `${first} ${pages}`;
  const digest = digests.get(key) ?? digestOfPages(COMMON_NUMBERS.seed.default, first, pages);
  digests.set(key, digest);
  return digest;
}

/** When a batch was opened, by the fake's clock: `batch` counts from 0, warm-up included. */
export function openedAt(batch: number): number {
  return (batch + 1) * 100_000_000;
}

/** Readings of the clock in a batch of these samples, page after page without a pause. */
function stampsOf(batch: number, open: number, close: number, rows: readonly number[][]) {
  const opening = openedAt(batch);
  let at = opening + open;
  const pages = rows.map((row) => {
    const start = at;
    at += row.at(-1) as number;
    return start;
  });
  return stampsRecord([opening, opening + open, at, at + close, ...pages]);
}

/** The records of a page-walk job. */
export function pageWalkRecords(
  platform: 'linux' | 'minios',
  job: Record<string, string>,
): PlainRecord[] {
  const pages = Number(job.pages);
  const size = Number(job.batch);
  const state = job.state ?? 'cold';
  const records: PlainRecord[] = [helloRecord(platform)];
  let stamped = 0;
  for (let pass = 0; pass < Number(job.warmup) + Number(job.repeat); pass++) {
    let number = 0;
    for (let first = 0; first < pages; first += size) {
      const count = Math.min(size, pages - first);
      const fields = {
        batch: number++,
        pass,
        warmup: pass < Number(job.warmup) ? 1 : 0,
        state,
        first,
        pages: count,
        digest: fakeDigest(first, count),
        depth: job.depth,
        open: state === 'batch' ? 1_500 * count : 100,
        close: state === 'batch' ? 60 * count : 200,
        fill: 0,
        drop: 0,
        maps: count,
        unmaps: count,
        hypercalls: platform === 'linux' ? 'unknown' : count,
        syscalls: platform === 'linux' ? 2 * count : 0,
        hits: 0,
        cr3: '0x1000',
      };
      const total = COSTS[platform]?.[state] ?? 1;
      const rows = Array.from({ length: count }, (_, page) => {
        const sum = total + (page % 7);
        if (state === 'seed-2018') return [Math.floor(sum / 1000), 0, 0, 0, sum];
        return state === 'batch'
          ? [0, 0, sum - 4, 0, sum]
          : [Math.floor(sum / 4), Math.floor(sum / 4), 300, Math.floor(sum / 8), sum];
      });
      records.push(
        {
          type: 'B',
          payload: Object.entries(fields)
            .map(([key, value]) => `${key}=${value}`)
            .join(' '),
        },
        samplesRecord(rows),
        ...(job.stamps === '1' ? [stampsOf(stamped++, fields.open, fields.close, rows)] : []),
      );
    }
  }
  return records;
}

function recordsOf(platform: 'linux' | 'minios', job: Record<string, string>): PlainRecord[] {
  switch (job.workload) {
    case 'refusal': {
      // Nobody listens, and everything else is refused.
      const errno = job.attempt === 'listener' ? 2 : 13;
      return [
        helloRecord(platform),
        { type: 'R', payload: `attempt=${job.attempt} errno=${errno}` },
      ];
    }
    case 'locate':
      return [
        helloRecord(platform),
        {
          type: 'P',
          payload: `base=0xffffffff81000000 pages=${Math.min(Number(job.pages), 1000)} depth=3 cr3=0x1234000 levels=4 mode=user`,
        },
      ];
    case 'events':
      return eventRecords(platform, job, fakeDigest(0, Number(job.walk)));
    case 'guest-events':
      return guestEventRecords(platform, job);
    case 'events-off':
      return [helloRecord(platform)];
    default:
      return pageWalkRecords(platform, job);
  }
}

/** The frames of a whole answer to any job. */
export function answer(
  platform: 'linux' | 'minios',
  line: string,
  edit: (records: PlainRecord[]) => PlainRecord[] = (records) => records,
): string[] {
  const job = parseJob(line);
  return encodeJobRecords(Number(job.seq), edit(recordsOf(platform, job)));
}
