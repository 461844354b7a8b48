/**
 * The other side of the protocol, for tests: records to the bytes that an introspector prints.
 */
import { crc32 } from '../crc32.ts';
import { MAX_PAYLOAD } from '../fragment.ts';

/** One record to be framed. */
export interface PlainRecord {
  type: string;
  payload: string | Uint8Array;
}

/** The frames of one record, each a line with its newline before and after. */
export function encodeRecord(seq: number, index: number, record: PlainRecord): string[] {
  const payload = Buffer.from(record.payload as string);
  const fragments = Math.max(1, Math.ceil(payload.length / MAX_PAYLOAD));
  return Array.from({ length: fragments }, (_, fragment) => {
    const part = payload.subarray(fragment * MAX_PAYLOAD, (fragment + 1) * MAX_PAYLOAD);
    const header = `${seq} ${index} ${fragment} ${fragments} ${record.type} ${part.length} `;
    const crc = crc32(Buffer.from(header), part).toString(16).padStart(8, '0');
    return `\n~TV1 ${header}${crc} ${part.toString('base64')}~\n`;
  });
}

/** The frames of a whole job, its end record (status ok) added. */
export function encodeJobRecords(
  seq: number,
  records: readonly PlainRecord[],
  end = 'status=ok',
): string[] {
  const all = [
    ...records,
    {
      type: 'E',
      payload: `${end.split(' ')[0]} records=${records.length} message=${end.split(' ').slice(1).join(' ')}`,
    },
  ];
  return all.flatMap((record, index) => encodeRecord(seq, index, record));
}

/** A hello record. */
export function helloRecord(
  platform: 'linux' | 'minios',
  changes: Record<string, string> = {},
): PlainRecord {
  const fields = {
    protocol: '1',
    platform,
    kernel: platform === 'linux' ? 'Linux_6.1' : 'Mini-OS_1',
    clock: 'tsc',
    frequency: '1000000000',
    emulated: '0',
    monotonic: '1',
    readcost: '3',
    library: '0.1',
    ...changes,
  };
  return {
    type: 'H',
    payload: Object.entries(fields)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  };
}

/** A samples record from rows of walk, map, copy, unmap, total. */
export function samplesRecord(rows: readonly (readonly number[])[]): PlainRecord {
  const bytes = Buffer.alloc(rows.length * 20);
  rows.forEach((row, page) => {
    row.forEach((ticks, column) => {
      bytes.writeUInt32LE(ticks, page * 20 + column * 4);
    });
  });
  return { type: 'S', payload: bytes };
}

/** Text as a stream of chunks, cut after each of the given lengths in turn. */
export async function* inChunks(
  text: string,
  lengths: () => number,
): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) {
    const length = Math.max(1, lengths());
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** A record of stamps: readings of a batch, then of its pages. */
export function stampsRecord(readings: readonly number[]): PlainRecord {
  const payload = Buffer.alloc(readings.length * 8);
  for (const [index, reading] of readings.entries()) {
    payload.writeBigUInt64LE(BigInt(reading), index * 8);
  }
  return { type: 'A', payload };
}
