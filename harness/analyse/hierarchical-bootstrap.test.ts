import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import {
  independentUnits,
  medianReplicates,
  percentileInterval,
} from './hierarchical-bootstrap.ts';
import { pooled } from './nested.ts';
import { quantile, sortedSample } from './quantile.ts';
import { madeUp, nestedOf } from './testing/nested-data.ts';

/** The same bootstrap, drawing every page one by one. */
function literally(boots: number[][][][], replicates: number, seed: number): [number, number] {
  const random = seededRandom(seed);
  const some = <T>(items: readonly T[]): T[] =>
    items.map(() => items[random.below(items.length)] as T);
  const medians = Float64Array.from({ length: replicates }, () => {
    const pages = some(boots).flatMap((blocks) =>
      some(blocks).flatMap((batches) => some(batches).flatMap((batch) => some(batch))),
    );
    return quantile(sortedSample(pages), 0.5);
  });
  return percentileInterval(medians, 1);
}

function intervalOf(boots: number[][][][], seed = 1): [number, number] {
  return percentileInterval(medianReplicates(nestedOf(boots), seededRandom(seed)), 1);
}

describe('medianReplicates', () => {
  it.each([
    ['one batch of 40 pages', { boots: 1, blocks: 1, batches: 1, pages: 40 }],
    ['three boots of blocks', { boots: 3, blocks: 4, batches: 2, pages: 15 }],
    ['ten boots', { boots: 10, blocks: 2, batches: 1, pages: 9 }],
  ])('agrees with drawing every page: %s', (_name, sizes) => {
    const spread = { boot: 2, block: 1, batch: 1, page: 5 };
    const made = madeUp({ ...sizes, centre: 100, spread }, 7);
    const boots: number[][][][] = [];
    for (const { path, values } of made.batches) {
      const [boot, block] = [Number(path[1]), Number(path[3])];
      boots[boot] ??= [];
      const blocks = boots[boot];
      blocks[block] ??= [];
      blocks[block].push([...values]);
    }
    const [low, high] = intervalOf(boots);
    const [literalLow, literalHigh] = literally(boots, 4000, 3);
    const width = literalHigh - literalLow;
    expect(Math.abs(low - literalLow)).toBeLessThan(0.12 * width);
    expect(Math.abs(high - literalHigh)).toBeLessThan(0.12 * width);
  });

  it('is wide when boots differ, however many pages each has', () => {
    const page = { pages: 200, blocks: 2, batches: 2, centre: 1000 };
    const spread = { boot: 0, block: 0, batch: 0, page: 1 };
    const alike = madeUp({ ...page, boots: 5, spread }, 1);
    const unlike = madeUp({ ...page, boots: 5, spread: { ...spread, boot: 20 } }, 1);
    const width = (data: typeof alike) => {
      const [low, high] = percentileInterval(medianReplicates(data, seededRandom(1)), 1);
      return high - low;
    };
    expect(width(alike)).toBeLessThan(1);
    expect(width(unlike)).toBeGreaterThan(10);
  });

  it.each([3, 5, 20])('covers the true median in about 95 of 100 samples of %i boots', (boots) => {
    const spread = { boot: 3, block: 2, batch: 1, page: 10 };
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const shape = { boots, blocks: 2, batches: 1, pages: 30, centre: 500, spread };
      const data = madeUp(shape, seed);
      const replicates = medianReplicates(data, seededRandom(seed), 400);
      const [low, high] = percentileInterval(replicates, independentUnits(data));
      if (low <= 500 && high >= 500) covered++;
    }
    expect(covered / 2).toBeGreaterThanOrEqual(89);
    expect(covered / 2).toBeLessThanOrEqual(99.5);
  });

  it('is wider for few independent units, and as it was for one', () => {
    const replicates = Float64Array.from({ length: 1001 }, (_, i) => i);
    expect(percentileInterval(replicates, 1)).toEqual([25, 975]);
    // R: n <- 10; 1000 * pnorm(-sqrt(n / (n - 1)) * qt(0.975, n - 1))
    expect(percentileInterval(replicates, 10)[0]).toBeCloseTo(8.550639024, 8);
    expect(percentileInterval(replicates, 2)).toEqual([
      expect.closeTo(0, 9),
      expect.closeTo(1000, 9),
    ]);
  });

  it('gives one value for constant data and for a single page', () => {
    expect(intervalOf([[[[5, 5, 5]]], [[[5]]]])).toEqual([5, 5]);
    expect(intervalOf([[[[8]]]])).toEqual([8, 8]);
  });

  it('stays within two values', () => {
    expect(intervalOf([[[[1, 3]]]])).toEqual([1, 3]);
  });

  it('repeats for one seed, moves with the data, and holds the median', () => {
    const boots = fc.array(
      fc.array(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 3,
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(boots, fc.nat({ max: 999 }), (data, shift) => {
        const values = data.map((blocks) => [blocks]);
        const replicates = (move: (value: number) => number) =>
          medianReplicates(
            nestedOf(values.map((b) => b.map((c) => c.map((d) => d.map(move))))),
            seededRandom(9),
            50,
          );
        const first = replicates((value) => value);
        expect(replicates((value) => value)).toEqual(first);
        expect(replicates((value) => 2 * value + shift)).toEqual(
          first.map((value) => 2 * value + shift),
        );
        const pages = pooled(nestedOf(values));
        expect(Math.min(...first)).toBeGreaterThanOrEqual(Math.min(...pages));
        expect(Math.max(...first)).toBeLessThanOrEqual(Math.max(...pages));
      }),
      { numRuns: 50 },
    );
  });
});
