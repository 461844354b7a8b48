/**
 * The other side of Xen's trace, for tests: records to the bytes that xentrace writes.
 */
import type { TraceRecord } from '../records.ts';

/** A record as its words. */
export function encodeTraceRecord({ event, tsc, words }: Omit<TraceRecord, 'cpu'>): number[] {
  const header = (event | (words.length << 28) | (tsc === undefined ? 0 : 1 << 31)) >>> 0;
  const stamp =
    tsc === undefined ? [] : [Number(tsc & 0xffffffffn), Number((tsc >> 32n) & 0xffffffffn)];
  return [header, ...stamp, ...words];
}

/** A window of records of one processor. */
export function encodeWindow(cpu: number, records: readonly Omit<TraceRecord, 'cpu'>[]): Buffer {
  const body = records.flatMap(encodeTraceRecord);
  const change = encodeTraceRecord({
    event: 0x1f003,
    tsc: undefined,
    words: [cpu, body.length * 4],
  });
  const bytes = Buffer.alloc((change.length + body.length) * 4);
  for (const [index, word] of [...change, ...body].entries()) bytes.writeUInt32LE(word, index * 4);
  return bytes;
}
