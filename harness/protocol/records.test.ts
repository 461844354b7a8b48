import { describe, expect, it } from 'vitest';
import { parseRecord } from './records.ts';
import { stampsRecord } from './testing/encode.ts';

function raw({ type, payload }: ReturnType<typeof stampsRecord>) {
  return { type, index: 3, payload: payload as Uint8Array };
}

describe('stamps', () => {
  it('are readings of 64 bits: of the batch, then of each page', () => {
    const large = 2 ** 40;
    expect(parseRecord(raw(stampsRecord([1, 2, large + 3, large + 4, 5, 6])))).toEqual({
      type: 'A',
      opening: 1n,
      opened: 2n,
      closing: BigInt(large + 3),
      closed: BigInt(large + 4),
      pages: BigUint64Array.of(5n, 6n),
    });
  });

  it.each([
    ['without a page', [1, 2, 3, 4], 32],
    ['cut', [1, 2, 3, 4, 5], 36],
  ])('%s are malformed', (_what, readings, bytes) => {
    const record = raw(stampsRecord(readings));
    const cut = { ...record, payload: record.payload.subarray(0, bytes) };
    expect(() => parseRecord(cut)).toThrow(`Record 3: ${bytes} bytes are no stamps of a batch.`);
  });
});
