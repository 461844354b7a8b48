import { describe, expect, it } from 'vitest';
import { differenceOfDrifting } from './shared-drift.ts';

const RISING = [1, 2.1, 2.9, 4.2, 5, 6.1];

describe('differenceOfDrifting', () => {
  it('pairs by place what drifts the same way: R: t.test(b, a, paired = TRUE)', () => {
    const b = [1.5, 2.4, 3.6, 4.5, 5.7, 6.4];
    const found = differenceOfDrifting(RISING, b);
    expect(found?.centre).toBeCloseTo(0.46666666666, 9);
    expect(found?.error).toBeCloseTo(0.0802772971919, 9);
    expect(found?.df).toBe(5);
  });

  it.each([
    ['only one drifts', [3, 1, 2, 3, 1, 2]],
    ['they drift to other sides', RISING.toReversed()],
    ['they are not as many', RISING.slice(1)],
    ['one is constant', [3, 3, 3, 3, 3, 3]],
  ])('does not where %s', (_, b) => {
    expect(differenceOfDrifting(RISING, b)).toBeUndefined();
    expect(differenceOfDrifting(b, RISING)).toBeUndefined();
  });

  it('does not where there are fewer than four', () => {
    expect(differenceOfDrifting([1, 2, 3], [1, 2, 3.1])).toBeUndefined();
  });
});
