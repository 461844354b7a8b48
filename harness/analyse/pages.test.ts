import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { costOfPages, PHASES } from './pages.ts';
import { mean } from './quantile.ts';

const batch = {
  boot: 0,
  block: 0,
  pages: 2,
  open: 10,
  close: 4,
  ticks: Uint32Array.from([1, 2, 3, 4, 12, 10, 20, 30, 40, 105]),
};

describe('costOfPages', () => {
  it.each([
    ['total', [12 + 7, 105 + 7]],
    ['walk', [1, 10]],
    ['map', [2 + 5, 20 + 5]],
    ['copy', [3, 30]],
    ['unmap', [4 + 2, 40 + 2]],
    ['clock', [2, 5]],
  ] as const)('%s', (phase, expected) => {
    expect([...costOfPages([batch], phase)]).toEqual(expected);
  });

  it('gives phases that add up to the total on every page', () => {
    const random = seededRandom(1);
    const ticks = Uint32Array.from({ length: 500 }, () => random.below(1000));
    for (let page = 0; page < 100; page++) ticks[page * 5 + 4] = 4000 + random.below(100);
    const batches = [{ boot: 0, block: 0, pages: 100, open: 333, close: 77, ticks }];
    const [total, ...parts] = PHASES.map((phase) => costOfPages(batches, phase));
    total?.forEach((cost, page) => {
      const sum = parts.reduce((so, part) => so + (part[page] as number), 0);
      expect(sum).toBeCloseTo(cost, 9);
    });
    const means = parts.reduce((so, part) => so + mean(part), 0);
    expect(means).toBeCloseTo(mean(total as Float64Array), 6);
  });

  it('keeps values past 2^31', () => {
    const large = {
      ...batch,
      pages: 1,
      open: 0,
      close: 0,
      ticks: Uint32Array.from([0, 0, 0, 0, 4294967295]),
    };
    expect([...costOfPages([large], 'total')]).toEqual([4294967295]);
  });
});
