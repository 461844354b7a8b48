/**
 * The meaning of records (native/PROTOCOL.md, Records): payload to typed values, or an error.
 */
import { EVENT_KINDS, type EventKind } from '../../bench/events/index.ts';
import { PAGE_STATES, type PageState } from '../../bench/words.ts';
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
  state: PageState;
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
  hits: number | undefined;
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

/** Pages that were found in a domain that nobody prepared. */
export interface Region {
  type: 'P';
  base: bigint;
  /** 4 KiB units. */
  pages: number;
  /** Levels that a walk of one reads. */
  depth: number;
  /** Address space in which they are mapped, and levels of its paging. */
  cr3: bigint;
  levels: number;
  /** Where vcpu 0 was. */
  mode: 'kernel' | 'user';
}

/** Readings of the clock in the batch before: raw, in the order in which they were made. */
export interface Stamps {
  type: 'A';
  /** From `opening` to `opened` the batch was opened, from `closing` to `closed` it was closed. */
  opening: bigint;
  opened: bigint;
  closing: bigint;
  closed: bigint;
  /** At the start of each page; its walk, map and copy follow each other from there. */
  pages: BigUint64Array;
}

/** Whether a kind of event can be had: what Xen offers, and whether any arrived. */
export interface EventOffer {
  type: 'K';
  kind: EventKind;
  offered: boolean;
  delivered: boolean;
}

/** What Xen offers on this host, beside the kind that a job is about. */
export interface EventOffers {
  type: 'O';
  /** Xen's set of kinds, in hex: 1 << XEN_DOMCTL_MONITOR_EVENT_* (xen/domctl.h). */
  capabilities: string;
  singleStep: boolean;
  /** Xen's error when asked whether accesses to memory can be events; undefined: they can. */
  memoryAccessError: string | undefined;
}

/** A batch of events. Medians in the target's and our own ticks, or in our own alone. */
export interface EventBatch {
  type: 'V';
  batch: number;
  kind: EventKind;
  /** Whether somebody listened. */
  monitored: boolean;
  /** Whether these are no events, but units of work of a vcpu that computes meanwhile. */
  work: boolean;
  /** Whether it is of a guest that nobody prepared: samples are GUEST_EVENT_FIELDS. */
  listened: boolean;
  /** Whose events or units they are; undefined: of all. */
  vcpu: number | undefined;
  /** The target's number of its first event, or unit; of a guest ours. */
  first: number;
  count: number;
  median: number;
  handler: number;
  /** Whether its samples follow. */
  kept: boolean;
}

/** Columns of an event's sample, in the order of the record. */
export const EVENT_FIELDS = ['round_trip', 'handler'] as const;

/**
 * The same of a guest that nobody prepared. `apart`: since the event before was seen, at most 2^32 - 1;
 * of the first of a batch not known.
 */
export const GUEST_EVENT_FIELDS = ['apart', 'handler'] as const;

/** Samples of the events before: `count` rows of EVENT_FIELDS, raw ticks; handler 0: not known. */
export interface EventSamples {
  type: 'T';
  count: number;
  ticks: Uint32Array;
}

/** A job of events, counted on both sides. Undefined: a guest that nobody prepared does not tell. */
export interface EventTotals {
  type: 'N';
  kind: EventKind;
  /** Vcpus that made events, and vcpus that computed meanwhile. */
  vcpus: number;
  others: number;
  /** Events that the target executed, by its own count, from the first handled one to the last. */
  executed: number | undefined;
  /** Events that were numbered by the target and handled by the introspector; of a guest all of batches. */
  events: number;
  /** Events of the kind that the target's kernel made by itself; of a guest those beyond a full batch. */
  extra: number;
  /** Events that the target counted and the introspector never saw. */
  lost: number | undefined;
  requests: number;
  responses: number;
  notifications: number;
  waits: number;
  /** Requests of no kind that is listened to, and requests that make no sense. */
  unclaimed: number;
  bad: number;
  /** Events whose outcome was wrong for the target. */
  errors: number | undefined;
  /** Ticks from the first event to the last, without the writing of records; of a guest ticks listened. */
  elapsed: number;
  hypercalls: number | undefined;
  syscalls: number | undefined;
  /** Of the pages that the handler reads. */
  digest: string;
}

/** Points of an introspector's life, in their order (native/PROTOCOL.md, Life). */
export const STAMP_FIELDS = ['first', 'entered', 'ready', 'asked', 'read', 'answered'] as const;

/** A point of an introspector's life. */
export type StampName = (typeof STAMP_FIELDS)[number];

/** When the introspector passed each point, by the host's counter. */
export interface LifeStamps {
  type: 'L';
  at: Readonly<Record<StampName, bigint>>;
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
export type ProtocolRecord =
  | Hello
  | Batch
  | Samples
  | Region
  | Stamps
  | EventOffer
  | EventOffers
  | EventBatch
  | EventSamples
  | EventTotals
  | LifeStamps
  | Refusal
  | End;

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

  /** A whole number of any size. */
  big(key: string): bigint {
    return BigInt(this.matching(key, /^\d+$/));
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
const MODES = { kernel: 'kernel', user: 'user' } as const;

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

const STATES = Object.fromEntries(PAGE_STATES.map((state) => [state, state])) as Record<
  string,
  PageState
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
    hits: fields.count('hits'),
    cr3: fields.matching('cr3', /^(0x)?[0-9a-f]+$/),
  };
}

/** Rows of little-endian 32-bit words. */
function rowsOf(record: RawRecord, columns: number, what: string) {
  const { payload } = record;
  const row = columns * 4;
  if (payload.length === 0 || payload.length % row !== 0) {
    throw new ProtocolError(
      'malformed',
      `Record ${record.index}: ${payload.length} bytes of samples are no whole number of ${what}.`,
    );
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const ticks = new Uint32Array(payload.length / 4);
  for (let i = 0; i < ticks.length; i++) ticks[i] = view.getUint32(i * 4, true);
  return { rows: payload.length / row, ticks };
}

function samples(record: RawRecord): Samples {
  const { rows, ticks } = rowsOf(record, SAMPLE_FIELDS.length, 'pages');
  return { type: 'S', pages: rows, ticks };
}

/** Words of a stamps record before those of its pages. */
const BATCH_STAMPS = 4;

function stamps(record: RawRecord): Stamps {
  const { payload } = record;
  if (payload.length % 8 !== 0 || payload.length <= BATCH_STAMPS * 8) {
    throw new ProtocolError(
      'malformed',
      `Record ${record.index}: ${payload.length} bytes are no stamps of a batch.`,
    );
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const word = (index: number) => view.getBigUint64(index * 8, true);
  const pages = new BigUint64Array(payload.length / 8 - BATCH_STAMPS);
  for (let i = 0; i < pages.length; i++) pages[i] = word(BATCH_STAMPS + i);
  return {
    type: 'A',
    opening: word(0),
    opened: word(1),
    closing: word(2),
    closed: word(3),
    pages,
  };
}

function eventSamples(record: RawRecord): EventSamples {
  const { rows, ticks } = rowsOf(record, EVENT_FIELDS.length, 'events');
  return { type: 'T', count: rows, ticks };
}

const KINDS = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, kind])) as Record<
  string,
  EventKind
>;

const PHASES = {
  monitored: { monitored: true, work: false, listened: false },
  unmonitored: { monitored: false, work: false, listened: false },
  others: { monitored: true, work: true, listened: false },
  'others-unmonitored': { monitored: false, work: true, listened: false },
  listened: { monitored: true, work: false, listened: true },
} as const;

function eventBatch(fields: Fields): EventBatch {
  const phase = fields.choice<(typeof PHASES)[keyof typeof PHASES]>('phase', PHASES);
  return {
    type: 'V',
    batch: fields.whole('batch'),
    kind: fields.choice('kind', KINDS),
    ...phase,
    vcpu: phase.listened ? undefined : fields.whole('vcpu'),
    first: fields.whole('first'),
    count: fields.whole('count'),
    median: fields.whole('median'),
    handler: fields.whole('handler'),
    kept: fields.choice('kept', BOOLEAN),
  };
}

function eventTotals(fields: Fields): EventTotals {
  return {
    type: 'N',
    kind: fields.choice('kind', KINDS),
    vcpus: fields.whole('vcpus'),
    others: fields.whole('others'),
    executed: fields.count('executed'),
    events: fields.whole('events'),
    extra: fields.whole('extra'),
    lost: fields.count('lost'),
    requests: fields.whole('requests'),
    responses: fields.whole('responses'),
    notifications: fields.whole('notifications'),
    waits: fields.whole('waits'),
    unclaimed: fields.whole('unclaimed'),
    bad: fields.whole('bad'),
    errors: fields.count('errors'),
    elapsed: fields.whole('elapsed'),
    hypercalls: fields.count('hypercalls'),
    syscalls: fields.count('syscalls'),
    digest: fields.matching('digest', /^[0-9a-f]{16}$/),
  };
}

function region(fields: Fields): Region {
  return {
    type: 'P',
    base: BigInt(fields.matching('base', /^0x[0-9a-f]+$/)),
    pages: fields.whole('pages'),
    depth: fields.whole('depth'),
    cr3: BigInt(fields.matching('cr3', /^0x[0-9a-f]+$/)),
    levels: fields.whole('levels'),
    mode: fields.choice('mode', MODES),
  };
}

function eventOffer(fields: Fields): EventOffer {
  return {
    type: 'K',
    kind: fields.choice('kind', KINDS),
    offered: fields.choice('offered', BOOLEAN),
    delivered: fields.choice('delivered', BOOLEAN),
  };
}

function eventOffers(fields: Fields): EventOffers {
  const error = fields.matching('memory-access', /^(0|E[A-Z0-9]+|\?)$/);
  return {
    type: 'O',
    capabilities: fields.matching('capabilities', /^0x[0-9a-f]+$/),
    singleStep: fields.choice('single-step', BOOLEAN),
    memoryAccessError: error === '0' ? undefined : error,
  };
}

function lifeStamps(fields: Fields): LifeStamps {
  const at = Object.fromEntries(STAMP_FIELDS.map((name) => [name, fields.big(name)]));
  return { type: 'L', at: at as Record<StampName, bigint> };
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
    case 'A':
      return stamps(record);
    case 'V':
      return eventBatch(new Fields(record));
    case 'T':
      return eventSamples(record);
    case 'N':
      return eventTotals(new Fields(record));
    case 'K':
      return eventOffer(new Fields(record));
    case 'P':
      return region(new Fields(record));
    case 'O':
      return eventOffers(new Fields(record));
    case 'L':
      return lifeStamps(new Fields(record));
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
