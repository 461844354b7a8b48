import { describe, expect, it } from 'vitest';
import { inDrawnOrder, randomOf, sharesOf } from './draw.ts';
import { KINDS, type Site } from './sites.ts';

describe('shares', () => {
  it.each<[weights: number[], number: number, shares: number[]]>([
    [[100, 200, 700], 10, [1, 2, 7]],
    [[1, 1000, 1000], 10, [1, 4, 5]],
    [[55, 55, 55, 135], 10, [2, 2, 2, 4]],
    [[1, 1, 1], 2, [1, 1, 1]],
  ])('of %j in %i', (weights, number, shares) => {
    const got = sharesOf(weights, number);
    expect(got.toSorted()).toEqual(shares.toSorted());
    expect(Math.min(...got)).toBe(1 <= Math.min(...shares) ? Math.min(...shares) : 1);
  });
});

describe('the order', () => {
  const sites: Site[] = Array.from({ length: 200 }, (_, i) => ({
    kind: KINDS[i < 190 ? 0 : 1] as Site['kind'],
    start: i,
    end: i + 1,
    to: '',
  }));
  const order = inDrawnOrder(sites, randomOf(1, 'vmi/walk.c'));

  it('has every site once', () => {
    expect(order.toSorted((a, b) => a.start - b.start)).toEqual(sites);
  });

  it('is the same by the same seed and file, and by no other', () => {
    expect(inDrawnOrder(sites, randomOf(1, 'vmi/walk.c'))).toEqual(order);
    expect(inDrawnOrder(sites, randomOf(2, 'vmi/walk.c'))).not.toEqual(order);
    expect(inDrawnOrder(sites, randomOf(1, 'vmi/read.c'))).not.toEqual(order);
  });

  it('has rare kinds early', () => {
    const rare = order.slice(0, 40).filter(({ kind }) => kind === KINDS[1]);
    expect(rare.length).toBeGreaterThan(5);
  });
});
