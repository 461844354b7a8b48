import { describe, expect, it } from 'vitest';
import type { Batch } from '../../protocol/records.ts';
import { readingsOf, type StampedBatch, spansOf } from './spans.ts';

function batchOf(rows: readonly number[][], stamps: readonly bigint[]): StampedBatch {
  const [opening = 0n, opened = 0n, closing = 0n, closed = 0n, ...pages] = stamps;
  return {
    batch: {} as Batch,
    samples: { type: 'S', pages: rows.length, ticks: Uint32Array.from(rows.flat()) },
    stamps: { type: 'A', opening, opened, closing, closed, pages: BigUint64Array.from(pages) },
  };
}

const TWO_PAGES = batchOf(
  [
    [10, 20, 5, 0, 35],
    [11, 21, 5, 0, 37],
  ],
  [100n, 150n, 400n, 480n, 200n, 300n],
);

describe('spansOf', () => {
  it('puts the parts of a batch in the order of time, without what lies between pages', () => {
    expect(spansOf(TWO_PAGES)).toEqual([
      { part: 'open', from: 100n, to: 150n },
      { part: 'walk', from: 200n, to: 210n },
      { part: 'map', from: 210n, to: 230n },
      { part: 'copy', from: 230n, to: 235n },
      { part: 'walk', from: 300n, to: 311n },
      { part: 'map', from: 311n, to: 332n },
      { part: 'copy', from: 332n, to: 337n },
      { part: 'close', from: 400n, to: 480n },
    ]);
  });

  it('leaves out phases that a state does not have', () => {
    const copies = batchOf([[0, 0, 9, 0, 9]], [1n, 2n, 20n, 21n, 5n]);
    expect(spansOf(copies).map(({ part }) => part)).toEqual(['open', 'copy', 'close']);
  });
});

describe('readingsOf', () => {
  it('names each reading of the clock once', () => {
    expect(readingsOf(spansOf(TWO_PAGES))).toEqual(
      [100, 150, 200, 210, 230, 235, 300, 311, 332, 337, 400, 480].map(BigInt),
    );
    const unopened = batchOf([[1, 2, 3, 0, 6]], [5n, 5n, 20n, 20n, 10n]);
    expect(readingsOf(spansOf(unopened))).toEqual([5n, 10n, 11n, 13n, 16n, 20n]);
  });
});
