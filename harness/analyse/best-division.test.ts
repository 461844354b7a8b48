import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { bestDivision, SHORTEST } from './best-division.ts';
import { normal } from './draws.ts';

/** The least cost of any division, by trying all of them: optimal partitioning without pruning. */
function leastCost(series: Float64Array, price: number): number {
  const best = [-price];
  for (let end = 1; end <= series.length; end++) {
    const costs = best.slice(0, Math.max(0, end - SHORTEST + 1)).map((before, from) => {
      const part = series.subarray(from, end);
      const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
      return before + price + part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    });
    best.push(Math.min(Number.POSITIVE_INFINITY, ...costs));
  }
  return best.at(-1) as number;
}

/** What the segments of a division cost, each but the first with the price. */
function costOf(series: Float64Array, beginnings: Int32Array, price: number): number {
  let cost = -price;
  for (let end = series.length; end > 0; ) {
    const from = beginnings[end] as number;
    expect(end - from).toBeGreaterThanOrEqual(SHORTEST);
    const part = series.subarray(from, end);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    cost += price + part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    end = from;
  }
  return cost;
}

const steps = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: -40, max: 40 })),
  { minLength: 1, maxLength: 6 },
);

describe('bestDivision', () => {
  it.each([0, 0.7, 3])('costs as little as any division, with noise of %d', (sd) => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 0, max: 99 }),
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        (levels, seed, price) => {
          const random = seededRandom(seed);
          const series = Float64Array.from(
            levels.flatMap(([length, level]) =>
              Array.from({ length }, () => level / 4 + sd * normal(random)),
            ),
          );
          if (series.length < SHORTEST) return;
          const { beginnings } = bestDivision(series, 1, price);
          expect(costOf(series, beginnings, price)).toBeCloseTo(leastCost(series, price), 6);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  it('gains what the division saves', () => {
    const series = Float64Array.from([0, 0, 0, 0, 4, 4, 4, 4]);
    const { beginnings, gain } = bestDivision(series, 2, 1);
    expect([beginnings[8], beginnings[4]]).toEqual([4, 0]);
    // Eight squared deviations of 1 from the mean, in units of the noise, less the price.
    expect(gain).toBeCloseTo(8 - 1, 12);
    expect(bestDivision(series, 2, 9).gain).toBeCloseTo(0, 12);
  });
});
