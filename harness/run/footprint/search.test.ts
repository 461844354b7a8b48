import { expect, it } from 'vitest';
import { leastOf } from './search.ts';

const need = (least: number) => {
  const tries: number[] = [];
  const tried = async (amount: number) => {
    tries.push(amount);
    return amount >= least ? undefined : `${amount} is too little`;
  };
  return { tries, tried };
};

it.each([1, 2, 3, 37, 63, 64])('finds %i of 64, and why one less is not enough', async (least) => {
  const { tries, tried } = need(least);
  const found = await leastOf(64, tried);
  expect(found).toEqual({
    amount: least,
    below: least === 1 ? undefined : { amount: least - 1, reason: `${least - 1} is too little` },
    tries: tries.length,
  });
  expect(tries.length).toBeLessThanOrEqual(7);
});

it('says why even all of it is not enough', async () => {
  expect(await leastOf(4, need(5).tried)).toEqual({ refused: '4 is too little' });
});

it('passes a fault on', async () => {
  const broken = async () => {
    throw new Error('the host is gone');
  };
  await expect(leastOf(4, broken)).rejects.toThrow('the host is gone');
});
