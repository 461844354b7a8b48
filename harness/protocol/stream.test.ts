import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { ProtocolError, type ProtocolProblem } from './errors.ts';
import type { ProtocolRecord } from './records.ts';
import { RecordStream } from './stream.ts';
import {
  encodeJobRecords,
  encodeRecord,
  helloRecord,
  inChunks,
  type PlainRecord,
  samplesRecord,
} from './testing/encode.ts';

const PAGES = 60;

function batchRecord(changes: Record<string, string> = {}): PlainRecord {
  const fields = {
    batch: '0',
    pass: '0',
    warmup: '0',
    state: 'cold',
    first: '0',
    pages: String(PAGES),
    digest: '0123456789abcdef',
    depth: '4',
    open: '10',
    close: '20',
    fill: '0',
    drop: '0',
    maps: '5',
    unmaps: '5',
    hypercalls: 'unknown',
    syscalls: '9',
    hits: '0',
    cr3: '0x1000',
    ...changes,
  };
  return {
    type: 'B',
    payload: Object.entries(fields)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  };
}

const ROWS = Array.from({ length: PAGES }, (_, page) => [page, 2, 3, 4, 4_000_000_000]);
const RECORDS = [helloRecord('linux'), batchRecord(), samplesRecord(ROWS)];

async function read(
  text: string,
  seq = 1,
  lengths: () => number = () => 4096,
): Promise<ProtocolRecord[]> {
  const stream = new RecordStream(inChunks(text, lengths));
  const records: ProtocolRecord[] = [];
  for await (const record of stream.job(seq)) records.push(record);
  return records;
}

async function problem(text: string, seq = 1): Promise<ProtocolProblem> {
  try {
    await read(text, seq);
  } catch (error) {
    if (error instanceof ProtocolError) return error.problem;
    throw error;
  }
  throw new Error('the stream was accepted');
}

describe('RecordStream', () => {
  it('reads a job whole', async () => {
    const records = await read(encodeJobRecords(1, RECORDS).join(''));
    expect(records.map((record) => record.type)).toEqual(['H', 'B', 'S', 'E']);
    expect(records[0]).toMatchObject({ platform: 'linux', emulated: 'no', readCost: 3 });
    expect(records[1]).toMatchObject({ pages: PAGES, hypercalls: undefined, syscalls: 9 });
    const samples = records[2];
    if (samples?.type !== 'S') throw new Error('no samples');
    expect([...samples.ticks.subarray(0, 10)]).toEqual([
      0, 2, 3, 4, 4_000_000_000, 1, 2, 3, 4, 4_000_000_000,
    ]);
  });

  it('gives the same records however the bytes are cut, with noise and repeats between', async () => {
    const plain = await read(encodeJobRecords(1, RECORDS).join(''));
    const noise = [
      '(XEN) something',
      '~TV1 not a frame',
      '\r',
      'x'.repeat(5000),
      '~~~',
      '\x00\xff',
    ];
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const frames = encodeJobRecords(1, RECORDS);
      const text = frames
        .flatMap((frame, index) => {
          const pieces = [frame];
          if (random.below(3) === 0) pieces.push(`${noise[random.below(noise.length)]}\n`);
          if (random.below(3) === 0) pieces.push(frames[random.below(index + 1)] as string);
          return pieces;
        })
        .join('');
      expect(await read(text, 1, () => 1 + random.below(700))).toEqual(plain);
    }
  });

  it('finds a frame behind text that another printed on the same line', async () => {
    const text = encodeJobRecords(1, RECORDS)
      .map((frame) => `[   12.3] eth0: up${frame.slice(1)}`)
      .join('');
    expect(await read(text)).toHaveLength(4);
  });

  it('reads job after job from one stream, and takes late repeats of the first as repeats', async () => {
    const first = encodeJobRecords(1, RECORDS);
    const second = encodeJobRecords(2, [helloRecord('minios')]);
    const text = [...first, ...first, ...second].join('');
    const stream = new RecordStream(inChunks(text, () => 100));
    const types: string[] = [];
    for (const seq of [1, 2]) {
      for await (const record of stream.job(seq)) types.push(seq + record.type);
    }
    expect(types).toEqual(['1H', '1B', '1S', '1E', '2H', '2E']);
  });

  it('accepts a damaged fragment that arrives whole later', async () => {
    const frames = encodeJobRecords(1, RECORDS);
    const damaged = (frames[3] as string).replace(/(.)~\n$/, '!~\n');
    const text = [...frames.slice(0, 3), damaged, ...frames.slice(3)].join('');
    expect(await read(text)).toHaveLength(4);
  });

  it('never accepts a job with a lost or damaged fragment', async () => {
    const frames = encodeJobRecords(1, RECORDS);
    for (let lost = 0; lost < frames.length - 1; lost++) {
      expect(await problem(frames.filter((_, index) => index !== lost).join(''))).toBe('missing');
      const flipped = frames.map((frame, index) =>
        index === lost ? frame.replace(/ ([0-9a-f]{8}) /, ' 00000000 ') : frame,
      );
      expect(await problem(flipped.join(''))).toBe('missing');
    }
    expect(await problem(frames.slice(0, -1).join(''))).toBe('cut');
  });

  it('calls every cut of the stream an error', async () => {
    const text = encodeJobRecords(1, RECORDS).join('');
    for (let length = 0; length < text.length - 2; length += 37) {
      expect(await problem(text.slice(0, length))).toBe('cut');
    }
  });

  it('refuses a single flipped bit anywhere in a frame', async () => {
    const [frame] = encodeRecord(1, 0, helloRecord('linux'));
    const bytes = Buffer.from(frame as string);
    const start = bytes.indexOf('~TV1');
    for (let at = start; at < bytes.length - 1; at++) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] as number) ^ 1;
      const stream = new RecordStream(inChunks(broken.toString('latin1'), () => 4096));
      const next = stream.job(1).next();
      await expect(next).rejects.toBeInstanceOf(ProtocolError);
    }
  });

  it('refuses a repeat that differs', async () => {
    const other = encodeRecord(1, 1, batchRecord({ open: '11' }));
    const frames = encodeJobRecords(1, RECORDS);
    expect(await problem([...frames.slice(0, 2), ...other, ...frames.slice(2)].join(''))).toBe(
      'conflict',
    );
  });

  it('refuses an answer to a job that was not asked', async () => {
    expect(await problem(encodeJobRecords(9, RECORDS).join(''), 1)).toBe('unexpected');
  });

  it('gives up when records pile up behind a missing one', async () => {
    const many = Array.from({ length: 100 }, (_, index) => batchRecord({ batch: String(index) }));
    const frames = encodeJobRecords(1, many);
    expect(await problem(frames.slice(1, 60).join(''))).toBe('missing');
  });

  it.each([
    ['another protocol', helloRecord('linux', { protocol: '2' })],
    ['an unknown platform', { type: 'H', payload: 'protocol=1 platform=mars' }],
    ['a digest that is none', batchRecord({ digest: 'xyz' })],
    ['a negative count', batchRecord({ maps: '-1' })],
    ['a state that is none', batchRecord({ state: 'constructor' })],
    ['a count past 2^53', batchRecord({ open: '99999999999999999999' })],
    ['half a sample', { type: 'S', payload: new Uint8Array(19) }],
    ['no sample', { type: 'S', payload: new Uint8Array(0) }],
    ['an unknown type', { type: 'Z', payload: 'x' }],
    ['an empty payload', { type: 'R', payload: '' }],
  ])('calls %s malformed', async (_name, record) => {
    expect(await problem(encodeRecord(1, 0, record).join(''))).toBe('malformed');
  });

  it('calls an end record that miscounts malformed', async () => {
    const end = { type: 'E', payload: 'status=ok records=7 message=' };
    expect(await problem(encodeRecord(1, 0, end).join(''))).toBe('malformed');
  });

  it('keeps the last lines of noise for whoever reports a crash', async () => {
    const stream = new RecordStream(inChunks('Page fault at 0x10\nrip 0xffff', () => 3));
    await expect(stream.job(1).next()).rejects.toThrow('the stream ended');
    expect(stream.noise).toEqual(['Page fault at 0x10', 'rip 0xffff']);
  });
});
