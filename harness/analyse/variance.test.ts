import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUp, nestedOf } from './testing/nested-data.ts';
import { unitsNeeded, varianceComponents } from './variance.ts';

const BALANCED = [
  [
    [
      [10, 12],
      [11, 15],
    ],
    [
      [14, 13],
      [18, 16],
    ],
  ],
  [
    [
      [20, 22],
      [19, 25],
    ],
    [
      [21, 23],
      [22, 20],
    ],
  ],
  [
    [
      [13, 12],
      [11, 16],
    ],
    [
      [15, 19],
      [14, 12],
    ],
  ],
];

function variances(data: Parameters<typeof nestedOf>[0]): Record<string, number | null> {
  const components = varianceComponents(nestedOf(data));
  return Object.fromEntries(components.map(({ level, variance }) => [level, variance]));
}

describe('varianceComponents', () => {
  it('of a balanced design: R: anova(lm(y ~ boot + block + batch)), mean squares solved', () => {
    const { run, boot, domain, block, batch, page } = variances(BALANCED);
    expect(run).toBeNull();
    expect(domain).toBeNull();
    expect(boot).toBeCloseTo(18.5208333333333, 10);
    expect(block).toBeCloseTo(0.958333333333335, 10);
    expect(batch).toBeCloseTo(0.458333333333338, 10);
    expect(page).toBeCloseTo(4.95833333333333, 10);
  });

  it('of an unbalanced design: R: anova(lm(y ~ g)) with n0 = (N - sum(n^2) / N) / (a - 1)', () => {
    const { boot, block, page } = variances([[[[5, 6, 7]]], [[[9, 12]]], [[[1, 2, 2, 4, 3]]]]);
    expect(boot).toBeCloseTo(15.1382488479263, 10);
    expect(block).toBeNull();
    expect(page).toBeCloseTo(1.67142857142857, 10);
  });

  it('finds the levels that a made-up sample varies on', () => {
    const shape = {
      ...{ boots: 60, blocks: 5, batches: 4, pages: 30, centre: 1e6 },
      spread: { boot: 8, block: 2, batch: 4, page: 6 },
    };
    const components = varianceComponents(madeUp(shape, 3));
    const sd = Object.fromEntries(
      components.map(({ level, variance }) => [level, Math.sqrt(variance ?? 0)]),
    );
    expect(sd.boot).toBeGreaterThan(6.5);
    expect(sd.boot).toBeLessThan(9.5);
    expect(sd.block).toBeGreaterThan(1.2);
    expect(sd.block).toBeLessThan(2.8);
    expect(sd.batch).toBeCloseTo(4, 0);
    expect(sd.page).toBeCloseTo(6, 0);
    const shares = components.map(({ share }) => share ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('is 0 for constant data, and null for one page', () => {
    expect(variances([[[[4, 4]]], [[[4, 4]]]])).toMatchObject({ boot: 0, page: 0 });
    expect(Object.values(variances([[[[4]]]]))).toEqual(new Array(6).fill(null));
  });

  it('does not move with the data, and grows with the square of their scale', () => {
    const values = fc.array(
      fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(values, fc.integer({ min: -1e6, max: 1e6 }), (boots, shift) => {
        const nested = (move: (value: number) => number) =>
          Object.values(variances(boots.map((pages) => [[pages.map(move)]])));
        const moved = nested((value) => 3 * value + shift);
        nested((value) => value).forEach((variance, index) => {
          if (variance === null) expect(moved[index]).toBeNull();
          else expect(moved[index]).toBeCloseTo(9 * variance, 5);
        });
      }),
    );
  });
});

describe('unitsNeeded', () => {
  // R: n <- 2; while (qt(0.975, n - 1) * sd(v) / sqrt(n) > precision * mean(v)) n <- n + 1
  it.each([
    [0.05, 4],
    [0.01, 23],
    [0.005, 84],
  ])('for a precision of %d', (precision, expected) => {
    expect(unitsNeeded([100, 103, 98, 101, 99, 104], precision)).toBe(expected);
  });

  it('is 2 for boots that agree, and unknown from one boot', () => {
    expect(unitsNeeded([7, 7, 7], 0.01)).toBe(2);
    expect(unitsNeeded([7], 0.01)).toBeUndefined();
    expect(unitsNeeded([-1, 1], 0.01)).toBeUndefined();
  });
});
