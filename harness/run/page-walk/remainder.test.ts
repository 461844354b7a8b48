import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../plan/page-walk/plan.ts';
import { remainderOf } from './remainder.ts';

const PASSES = { pages: 12, batch: 5, repeat: 2, warmup: 1 };

describe('remainderOf', () => {
  it('is the whole job when nothing was recorded, and nothing when all was', () => {
    const whole = remainderOf(PASSES, 0);
    expect(whole?.passes).toEqual(PASSES);
    expect([0, 4, 8].map((index) => whole?.place(index))).toEqual([0, 4, 8]);
    expect(remainderOf(PASSES, 9)).toBeUndefined();
  });

  it('warms up again, and leaves out passes that are whole', () => {
    const left = remainderOf(PASSES, 7);
    expect(left?.passes).toEqual({ ...PASSES, repeat: 1 });
    // Three batches of warm-up and one of the last pass were recorded: the last two are new.
    expect([0, 1, 2, 3, 4, 5].map((index) => left?.place(index))).toEqual([
      ...[undefined, undefined, undefined],
      ...[undefined, 7, 8],
    ]);
  });

  it('gives each place that was not recorded exactly once, in order, wherever it was interrupted', () => {
    const passes = fc.record({
      pages: fc.integer({ min: 1, max: 40 }),
      batch: fc.integer({ min: 1, max: 40 }),
      repeat: fc.integer({ min: 1, max: 4 }),
      warmup: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(passes, fc.nat(), (job, cut) => {
        const all = batchesOf(job);
        const recorded = cut % (all + 1);
        const left = remainderOf(job, recorded);
        const places =
          left === undefined
            ? []
            : Array.from({ length: batchesOf(left.passes) }, (_, i) => left.place(i));
        const fresh = places.filter((place) => place !== undefined);
        expect(fresh).toEqual(Array.from({ length: all - recorded }, (_, i) => recorded + i));
      }),
    );
  });
});
