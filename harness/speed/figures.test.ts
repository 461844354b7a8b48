import { expect, it } from 'vitest';
import { compared, medianOf } from './figures.ts';

it.each([
  [[3], 3],
  [[1, 9], 5],
  [[9, 1, 2], 2],
])('the median of %j is %i', (values, median) => {
  expect(medianOf(values)).toBe(median);
});

it('of nothing there is no median', () => {
  expect(() => medianOf([])).toThrow('nothing');
});

it('compares medians, and each round by itself', () => {
  const taken = (...walls: number[]) => walls.map((wall) => ({ wall, processor: wall * 10 }));
  expect(compared(taken(10, 20, 40), taken(5, 4, 30), 'processor')).toEqual({
    old: 200,
    now: 50,
    ratio: 0.25,
    rounds: [0.5, 0.2, 0.75],
  });
});
