import { expect, it } from 'vitest';
import { atOnce, type Piece } from './at-once.ts';

/** Pieces that end when they are let, and what began so far. */
function pieces(costs: readonly (number | 'beside')[]) {
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const all = costs.map(
    (cost, index): Piece<string> => ({
      cost: cost === 'beside' ? 0 : cost,
      takesPlace: cost !== 'beside',
      work: () => {
        begun.push(index);
        return new Promise((resolve, reject) => {
          ends[index] = (error) => (error === undefined ? resolve(`of ${index}`) : reject(error));
        });
      },
    }),
  );
  const end = async (index: number, error?: Error) => {
    ends[index]?.(error);
    await new Promise(setImmediate);
  };
  return { all, begun, end };
}

it('begins with the longest, fills a place when it is free, and answers in the order of the pieces', async () => {
  const { all, begun, end } = pieces([1, 9, 5, 7]);
  const done = atOnce(all, 2);
  expect(begun).toEqual([1, 3]);
  await end(3);
  expect(begun).toEqual([1, 3, 2]);
  await end(1);
  expect(begun).toEqual([1, 3, 2, 0]);
  await end(0);
  await end(2);
  expect(await done).toEqual(['of 0', 'of 1', 'of 2', 'of 3']);
});

it('does what takes no place beside all others', async () => {
  const { all, begun, end } = pieces([1, 'beside', 2]);
  const done = atOnce(all, 1);
  expect(begun).toEqual([1, 2]);
  await end(2);
  expect(begun).toEqual([1, 2, 0]);
  await end(1);
  await end(0);
  expect(await done).toHaveLength(3);
});

it('waits for what was begun when one throws, and begins no other', async () => {
  const { all, begun, end } = pieces([3, 2, 1]);
  let settled = false;
  const done = atOnce(all, 2).finally(() => {
    settled = true;
  });
  done.catch(() => {});
  await end(0, new Error('a defect'));
  expect(settled).toBe(false);
  await end(1);
  await expect(done).rejects.toThrow('a defect');
  expect(begun).toEqual([0, 1]);
});
