import { describe, expect, it } from 'vitest';
import { difference, intervalOfEstimate, meanOf, oneAgainst } from './student.ts';

const A = [1, 2, 4, 8];
const B = [3, 5, 9];

describe("Student's and Welch's intervals", () => {
  it.each([
    // R: t.test(A)$conf.int
    ['a mean', meanOf(A), [-1.1759430482302937, 8.675943048230295], 3],
    // R: t.test(B, A)$conf.int, $parameter
    [
      'a difference',
      difference(meanOf(A), meanOf(B)),
      [-4.32728514760862, 8.160618480941954],
      4.4909124668813885,
    ],
    // R: 6 - mean(A) + c(-1, 1) * qt(.975, 3) * sd(A) * sqrt(5 / 4)
    ['one value against several', oneAgainst(A, 6), [-8.764743509135462, 13.264743509135462], 3],
  ])('of %s', (_, estimate, [low, high], df) => {
    const [from, to] = intervalOfEstimate(estimate);
    expect(from).toBeCloseTo(low as number, 6);
    expect(to).toBeCloseTo(high as number, 6);
    expect(estimate.df).toBeCloseTo(df, 9);
  });

  it('knows exactly what does not vary', () => {
    expect(intervalOfEstimate(difference(meanOf([2, 2]), meanOf([3, 3])))).toEqual([1, 1]);
  });
});
