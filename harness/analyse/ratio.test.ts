import { describe, expect, it } from 'vitest';
import { ratioOfArms } from './ratio.ts';

describe('ratioOfArms', () => {
  it('pairs by block: a drift that hits both arms leaves the ratio exact', () => {
    const blocks = [1, 10, 100].map((drift) => ({
      numerator: [3 * drift, 3 * drift],
      denominator: [2 * drift, 2 * drift],
    }));
    const { ratio, interval95 } = ratioOfArms(blocks);
    expect(ratio).toBeCloseTo(1.5, 12);
    expect(interval95?.[0]).toBeCloseTo(1.5, 12);
    expect(interval95?.[1]).toBeCloseTo(1.5, 12);
  });

  it('is the geometric mean over blocks', () => {
    const blocks = [
      { numerator: [2], denominator: [1] },
      { numerator: [8], denominator: [1] },
    ];
    const { ratio, interval95 } = ratioOfArms(blocks);
    expect(ratio).toBeCloseTo(4, 12);
    // R: exp(t.test(log(c(2, 8)))$conf.int)
    expect(interval95?.[0]).toBeCloseTo(5.98564884e-4, 10);
    expect(interval95?.[1]).toBeCloseTo(26730.6025, 2);
  });

  it('inverts when the arms are exchanged', () => {
    const blocks = [
      { numerator: [5, 6, 7], denominator: [2, 3] },
      { numerator: [5, 9], denominator: [4, 3] },
    ];
    const swapped = blocks.map(({ numerator, denominator }) => ({
      numerator: denominator,
      denominator: numerator,
    }));
    const there = ratioOfArms(blocks).ratio;
    expect(there * ratioOfArms(swapped).ratio).toBeCloseTo(1, 12);
  });

  it('counts boots: blocks that agree within boots say nothing of other boots', () => {
    const blocks = [0, 1, 2].flatMap((boot) =>
      [1, 2, 3, 4].map(() => ({ boot, numerator: [2 + boot], denominator: [1] })),
    );
    const width = (pairs: typeof blocks) => {
      const [low = 0, high = 0] = ratioOfArms(pairs).interval95 ?? [];
      return high - low;
    };
    expect(width(blocks)).toBeGreaterThan(1.5 * width(blocks.map((b) => ({ ...b, boot: 0 }))));
  });

  it('gives no interval for one block, and nothing without data', () => {
    const one = [{ numerator: [2], denominator: [1] }];
    const { interval95, basis, ...known } = ratioOfArms(one);
    expect(known).toEqual({ ratio: 2, blocks: 1 });
    expect(interval95).toBeUndefined();
    expect(basis).toMatchObject({ method: 'none', reason: expect.stringContaining('one block') });
    expect(() => ratioOfArms([])).toThrow('blocks');
    expect(() => ratioOfArms([{ numerator: [0], denominator: [1] }])).toThrow();
  });
});
