import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled, xoshiro128 } from './prng.ts';

describe('xoshiro128**', () => {
  it("gives the authors' reference sequence from the state 1, 2, 3, 4", () => {
    const random = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('repeats for the same seed and differs for another', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random.uint32());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('keeps below its bound and reaches every value', () => {
    const random = seededRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.below(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('shuffled', () => {
  it('is a permutation and leaves its input alone', () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const result = shuffled(items, seededRandom(1));
    expect(items).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([...result].sort()).toEqual(items);
  });

  it('gives each order of three about equally often', () => {
    const random = seededRandom(11);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = shuffled(['a', 'b', 'c'], random).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
