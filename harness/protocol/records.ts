/**
 * The meaning of records (native/PROTOCOL.md, Records): payload to typed values, or an error.
 */
import { CACHE_STATES, type CacheState } from '../../bench/words.ts';
import type { RawRecord } from './assembler.ts';
import { ProtocolError } from './errors.ts';

/** First record of every job: who answers, and what its clock is. */
export interface Hello {
  type: 'H';
  platform: 'linux' | 'minios';
  kernel: string;
  clock: string;
  /** Ticks a second as Xen states it; 0 unknown. */
  frequency: number;
  /** Whether reading the clock traps into Xen. */
  emulated: 'yes' | 'no' | 'unknown';
  monotonic: boolean;
  /** Median ticks between two readings in a row. */
  readCost: number;
  library: string;
}

/** A measured batch, without its samples. Ticks raw. */
export interface Batch {
  type: 'B';
  batch: number;
  pass: number;
  warmup: boolean;
  state: CacheState;
  /** Index of its first page. */
  first: number;
  pages: number;
  digest: string;
  depth: number;
  open: number;
  close: number;
  /** Ticks of bringing about the cache state, and of undoing it: no part of a page's cost. */
  fill: number;
  drop: number;
  /** Counts from `open` to `close`; undefined where the introspector cannot see them. */
  maps: number | undefined;
  unmaps: number | undefined;
  hypercalls: number | undefined;
  syscalls: number | undefined;
  hits: number;
  cr3: string;
}

/** Columns of a sample, in the order of the record. */
export const SAMPLE_FIELDS = ['walk', 'map', 'copy', 'unmap', 'total'] as const;

/** Samples of the batch before: `pages` rows of SAMPLE_FIELDS, raw ticks, in page order. */
export interface Samples {
  type: 'S';
  pages: number;
  ticks: Uint32Array;
}

/** Answer to a request that should be refused. */
export interface Refusal {
  type: 'R';
  attempt: string;
  /** Xen's errno as a positive number; 0: it was granted. */
  errno: number;
}

/** Last record of every job. */
export interface End {
  type: 'E';
  status: 'ok' | 'error';
  records: number;
  message: string;
}

/** Any record of the protocol. */
export type ProtocolRecord = Hello | Batch | Samples | Refusal | End;

/** The version of the protocol that this decoder speaks. */
export const PROTOCOL_VERSION = 1;

class Fields {
  readonly #values: Map<string, string>;
  readonly #index: number;

  constructor(record: RawRecord) {
    this.#index = record.index;
    const text = Buffer.from(record.payload).toString('utf8');
    this.#values = new Map(
      text
        .trim()
        .split(' ')
        .map((pair) => {
          const at = pair.indexOf('=');
          return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
        }),
    );
  }

  text(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined || value === '') this.#fail(key, value);
    return value;
  }

  whole(key: string): number {
    const value = this.text(key);
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(number)) this.#fail(key, value);
    return number;
  }

  /** A count, or undefined for one that the introspector cannot know. */
  count(key: string): number | undefined {
    return this.text(key) === 'unknown' ? undefined : this.whole(key);
  }

  choice<T>(key: string, choices: Readonly<Record<string, T>>): T {
    const value = this.text(key);
    if (!Object.hasOwn(choices, value)) this.#fail(key, value);
    return choices[value] as T;
  }

  matching(key: string, pattern: RegExp): string {
    const value = this.text(key);
    if (!pattern.test(value)) this.#fail(key, value);
    return value;
  }

  #fail(key: string, value: string | undefined): never {
    throw new ProtocolError(
      'malformed',
      `Record ${this.#index}: ${key} is ${value === undefined ? 'missing' : `"${value}"`}.`,
    );
  }
}

const BOOLEAN = { '0': false, '1': true } as const;

function hello(fields: Fields): Hello {
  const protocol = fields.whole('protocol');
  if (protocol !== PROTOCOL_VERSION) {
    throw new ProtocolError(
      'malformed',
      `The introspector speaks protocol ${protocol}, the harness ${PROTOCOL_VERSION}.`,
      'Build the images anew: tinyvmi-bench clean --cache, then run again.',
    );
  }
  return {
    type: 'H',
    platform: fields.choice('platform', { linux: 'linux', minios: 'minios' } as const),
    kernel: fields.text('kernel'),
    clock: fields.text('clock'),
    frequency: fields.whole('frequency'),
    emulated: fields.choice('emulated', { '0': 'no', '1': 'yes', '-1': 'unknown' } as const),
    monotonic: fields.choice('monotonic', BOOLEAN),
    readCost: fields.whole('readcost'),
    library: fields.text('library'),
  };
}

const STATES = Object.fromEntries(CACHE_STATES.map((state) => [state, state])) as Record<
  string,
  CacheState
>;

function batch(fields: Fields): Batch {
  return {
    type: 'B',
    batch: fields.whole('batch'),
    pass: fields.whole('pass'),
    warmup: fields.choice('warmup', BOOLEAN),
    state: fields.choice('state', STATES),
    first: fields.whole('first'),
    pages: fields.whole('pages'),
    digest: fields.matching('digest', /^[0-9a-f]{16}$/),
    depth: fields.whole('depth'),
    open: fields.whole('open'),
    close: fields.whole('close'),
    fill: fields.whole('fill'),
    drop: fields.whole('drop'),
    maps: fields.count('maps'),
    unmaps: fields.count('unmaps'),
    hypercalls: fields.count('hypercalls'),
    syscalls: fields.count('syscalls'),
    hits: fields.whole('hits'),
    cr3: fields.matching('cr3', /^(0x)?[0-9a-f]+$/),
  };
}

function samples(record: RawRecord): Samples {
  const { payload } = record;
  const row = SAMPLE_FIELDS.length * 4;
  if (payload.length === 0 || payload.length % row !== 0) {
    throw new ProtocolError(
      'malformed',
      `Record ${record.index}: ${payload.length} bytes of samples are no whole number of pages.`,
    );
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const ticks = new Uint32Array(payload.length / 4);
  for (let i = 0; i < ticks.length; i++) ticks[i] = view.getUint32(i * 4, true);
  return { type: 'S', pages: payload.length / row, ticks };
}

function end(record: RawRecord, fields: Fields): End {
  const text = Buffer.from(record.payload).toString('utf8');
  const at = text.indexOf(' message=');
  const found: End = {
    type: 'E',
    status: fields.choice('status', { ok: 'ok', error: 'error' } as const),
    records: fields.whole('records'),
    message: at < 0 ? '' : text.slice(at + ' message='.length).trim(),
  };
  if (found.records !== record.index) {
    throw new ProtocolError(
      'malformed',
      `The end record is number ${record.index} and counts ${found.records} before it.`,
    );
  }
  return found;
}

/**
 * The typed form of a whole record.
 * @throws ProtocolError `malformed`
 */
export function parseRecord(record: RawRecord): ProtocolRecord {
  switch (record.type) {
    case 'H':
      return hello(new Fields(record));
    case 'B':
      return batch(new Fields(record));
    case 'S':
      return samples(record);
    case 'R': {
      const fields = new Fields(record);
      return { type: 'R', attempt: fields.text('attempt'), errno: fields.whole('errno') };
    }
    case 'E':
      return end(record, new Fields(record));
    default:
      throw new ProtocolError(
        'malformed',
        `Record ${record.index} has the unknown type ${record.type}.`,
      );
  }
}
