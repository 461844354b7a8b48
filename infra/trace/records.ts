/**
 * The stream that xentrace writes: records of Xen's trace buffers (xen/include/public/trace.h, struct
 * t_rec), in windows. A window is what was read of one processor's buffer at a time, in the order in
 * which it was recorded there; a record TRC_TRACE_CPU_CHANGE before it names processor and size.
 *
 * A record is a word with the event (28 bits), the number of extra words (3) and whether a reading of
 * the time-stamp counter follows (1); then that reading, low word first, and the extra words.
 */
import { UserError } from '../errors.ts';

/** One record. */
export interface TraceRecord {
  /** Physical processor that recorded it. */
  cpu: number;
  /** Number of the event, its flags included. */
  event: number;
  /** Time-stamp counter when it was recorded; undefined of events that carry none. */
  tsc: bigint | undefined;
  /** Its extra words, at most seven. */
  words: readonly number[];
}

/** Trace class of records about the trace itself. */
const TRC_GEN = 0x0001f000;
const TRC_LOST_RECORDS = TRC_GEN + 1;
const TRC_TRACE_WRAP_BUFFER = TRC_GEN + 2;
const TRC_TRACE_CPU_CHANGE = TRC_GEN + 3;

const WORD = 4;

/** Reads records one after the other. */
class Reader {
  readonly #view: DataView;
  /** Place of the next byte. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.at === this.#view.byteLength;
  }

  word(): number {
    if (this.at + WORD > this.#view.byteLength) throw broken(this.at, 'it ends within a record');
    const value = this.#view.getUint32(this.at, true);
    this.at += WORD;
    return value;
  }

  record(cpu: number): TraceRecord {
    const header = this.word();
    const hasTsc = header >>> 31 === 1;
    const extra = (header >>> 28) & 7;
    const tsc = hasTsc ? BigInt(this.word()) | (BigInt(this.word()) << 32n) : undefined;
    const words = Array.from({ length: extra }, () => this.word());
    return { cpu, event: header & 0x0fffffff, tsc, words };
  }
}

function broken(at: number, what: string): UserError {
  return new UserError(`Xen's trace is not whole: at byte ${at} ${what}.`);
}

/**
 * All records of a stream, window by window; those about the trace itself are left out.
 * @throws UserError of kind `skipped` when Xen lost records, of kind `error` for bytes that are no such
 *   stream
 */
export function parseTrace(bytes: Uint8Array): TraceRecord[] {
  const reader = new Reader(bytes);
  const records: TraceRecord[] = [];
  while (!reader.atEnd) {
    const start = reader.at;
    const { event, words } = reader.record(0);
    const [cpu, size] = words;
    if (event !== TRC_TRACE_CPU_CHANGE || cpu === undefined || size === undefined) {
      throw broken(start, 'no window of a processor begins');
    }
    const end = reader.at + size;
    while (reader.at < end) {
      const record = reader.record(cpu);
      if (record.event === TRC_LOST_RECORDS) {
        throw new UserError(
          `Xen's trace lost ${record.words[0]} records on processor ${cpu}: its buffers were full`,
          { kind: 'skipped' },
        );
      }
      if (record.event !== TRC_TRACE_WRAP_BUFFER) records.push(record);
    }
    if (reader.at !== end) throw broken(start, 'a window ends within a record');
  }
  return records;
}
