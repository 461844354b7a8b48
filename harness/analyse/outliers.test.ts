import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyOutliers } from './outliers.ts';
import { sortedSample } from './quantile.ts';
import { LH } from './testing/series.ts';

describe('classifyOutliers', () => {
  it('gives what R gives for c(lh, 6, 9, -3, 0.3): quartiles 1.975 and 2.9, fences by quantile()', () => {
    expect(classifyOutliers(sortedSample([...LH, 6, 9, -3, 0.3]))).toEqual({
      farLow: 1,
      low: 1,
      inside: 48,
      high: 0,
      farHigh: 2,
    });
  });

  it('finds none in one value, in two, or in equal ones', () => {
    for (const values of [[4], [1, 1000], new Array(9).fill(3)]) {
      const { inside } = classifyOutliers(sortedSample(values));
      expect(inside).toBe(values.length);
    }
  });

  it('counts every value once, wherever zero is and whatever the scale', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1 }), (values) => {
        const classes = classifyOutliers(sortedSample(values));
        expect(Object.values(classes).reduce((sum, count) => sum + count, 0)).toBe(values.length);
        const moved = sortedSample(values.map((value) => 4 * value + 1024));
        expect(classifyOutliers(moved)).toEqual(classes);
        const { farLow, low, inside, high, farHigh } = classes;
        expect(classifyOutliers(sortedSample(values.map((value) => -value)))).toEqual({
          farLow: farHigh,
          low: high,
          inside,
          high: low,
          farHigh: farLow,
        });
      }),
    );
  });
});
