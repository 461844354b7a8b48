import { describe, expect, it } from 'vitest';
import { parseTrace } from './records.ts';
import { encodeWindow } from './testing/encode.ts';

const HYPERCALL = { event: 0x20100d, tsc: 0x1_0000_0002n, words: [0x01000001, 7] };
const SHORT = { event: 0x201008, tsc: undefined, words: [] };

describe('parseTrace', () => {
  it('gives the records of every window with their processor', () => {
    const bytes = Buffer.concat([encodeWindow(0, [HYPERCALL, SHORT]), encodeWindow(3, [SHORT])]);
    expect(parseTrace(bytes)).toEqual([
      { cpu: 0, ...HYPERCALL },
      { cpu: 0, ...SHORT },
      { cpu: 3, ...SHORT },
    ]);
    expect(parseTrace(Buffer.alloc(0))).toEqual([]);
  });

  it('leaves out what only fills the end of a buffer', () => {
    const wrap = { event: 0x1f002, tsc: undefined, words: [0, 0] };
    expect(parseTrace(encodeWindow(0, [wrap, SHORT]))).toEqual([{ cpu: 0, ...SHORT }]);
  });

  it('takes lost records for an error', () => {
    const lost = { event: 0x1f001, tsc: 5n, words: [12, 0, 1, 0] };
    expect(() => parseTrace(encodeWindow(2, [lost]))).toThrow(
      'lost 12 records on processor 2: its buffers were full',
    );
  });

  it.each([
    ['cut within a record', (bytes: Buffer) => bytes.subarray(0, -4), 'it ends within a record'],
    ['cut within a word', (bytes: Buffer) => bytes.subarray(0, -3), 'it ends within a record'],
    ['without a window', (bytes: Buffer) => bytes.subarray(12), 'no window of a processor begins'],
    [
      'whose window is longer than told',
      (bytes: Buffer) => {
        const copy = Buffer.from(bytes);
        copy.writeUInt32LE(bytes.length - 12 - 4, 8);
        return copy;
      },
      'a window ends within a record',
    ],
  ])('refuses a stream %s', (_what, spoil, message) => {
    expect(() => parseTrace(spoil(encodeWindow(0, [SHORT, HYPERCALL])))).toThrow(message);
  });
});
