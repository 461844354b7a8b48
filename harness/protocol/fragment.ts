/**
 * Frames in a stream of text: one line, one fragment of a record (native/PROTOCOL.md, Frames).
 */
import { crc32 } from './crc32.ts';

/** A fragment that arrived whole: its CRC fits. */
export interface Fragment {
  seq: number;
  record: number;
  fragment: number;
  fragments: number;
  /** Letter of the record's type. */
  type: string;
  payload: Uint8Array;
  /** CRC of header and payload: equal fragments have equal ones. */
  crc: number;
}

/** Largest payload of a fragment, in bytes. */
export const MAX_PAYLOAD = 480;

/** More fragments than any record of the protocol has: 4,096 samples are 171. */
export const MAX_FRAGMENTS = 1024;

/** Longest tail of an unfinished line that can still become a frame, in characters. */
const MAX_LINE = 1024;

/** Lines of noise remembered for error messages, and the length of each. */
const NOISE_LINES = 30;
const NOISE_LENGTH = 300;

const FRAME =
  /~TV1 (\d{1,10}) (\d{1,10}) (\d{1,5}) (\d{1,5}) ([A-Za-z]) (\d{1,3}) ([0-9a-fA-F]{8}) ([A-Za-z0-9+/]*={0,2})~/g;

function parse(match: RegExpMatchArray): Fragment | undefined {
  const [seq, record, fragment, fragments, type, length, crcText, base64] = match.slice(1) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const payload = Buffer.from(base64, 'base64');
  const header = `${seq} ${record} ${fragment} ${fragments} ${type} ${length} `;
  const crc = crc32(Buffer.from(header, 'latin1'), payload);
  const parsed: Fragment = {
    seq: Number(seq),
    record: Number(record),
    fragment: Number(fragment),
    fragments: Number(fragments),
    type,
    payload,
    crc,
  };
  const sound =
    crc === Number.parseInt(crcText, 16) &&
    payload.length === Number(length) &&
    payload.length <= MAX_PAYLOAD &&
    parsed.fragment < parsed.fragments &&
    parsed.fragments <= MAX_FRAGMENTS;
  return sound ? parsed : undefined;
}

/**
 * Finds frames in chunks of bytes, wherever these are cut. Memory is bounded: an unfinished
 * line and the last lines of noise.
 */
export class FragmentScanner {
  #rest = '';
  #noise: string[] = [];
  #damaged = 0;

  /** Frames that a chunk completes, in order. */
  push(chunk: Uint8Array): Fragment[] {
    const text =
      this.#rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    this.#rest = rest.length > MAX_LINE ? rest.slice(-MAX_LINE) : rest;
    const found: Fragment[] = [];
    for (const line of lines) this.#line(line, found);
    return found;
  }

  /** The last lines that were no frames: what a kernel printed when it died. */
  get noise(): readonly string[] {
    const rest = this.#rest.trim();
    return rest === '' || rest.startsWith('~TV1') ? this.#noise : [...this.#noise, rest];
  }

  /** Lines that began as a frame and were not whole. */
  get damaged(): number {
    return this.#damaged;
  }

  #line(line: string, found: Fragment[]): void {
    if (!line.includes('~TV1')) {
      const text = line.replace(/[^\x20-\x7e]/g, '').trim();
      if (text === '') return;
      this.#noise.push(text.slice(0, NOISE_LENGTH));
      if (this.#noise.length > NOISE_LINES) this.#noise.shift();
      return;
    }
    let sound = 0;
    for (const match of line.matchAll(FRAME)) {
      const fragment = parse(match);
      if (fragment === undefined) continue;
      sound++;
      found.push(fragment);
    }
    if (sound === 0) this.#damaged++;
  }
}
