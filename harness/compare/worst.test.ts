import { describe, expect, it } from 'vitest';
import { madeUpRow } from './testing/rows.ts';
import { byChange, changeOf, namesOf, worstOf } from './worst.ts';

describe('worstOf', () => {
  it('names the greatest changes with their size, and how many more there are', () => {
    const rows = Array.from({ length: 50 }, (_, i) => madeUpRow(`s${i}`, 1.02 + i / 100));
    expect(worstOf(rows)).toBe(
      'page-walk Dom0 s49 +51.0 % (95 %: +50.0 % to +52.0 %), page-walk Dom0 s48 +50.0 %, page-walk Dom0 s47 +49.0 % and 47 more',
    );
  });

  it('counts a change that is no ratio as the greatest, by both medians', () => {
    expect(worstOf([madeUpRow('x', 1.5), madeUpRow('y', null)], 1)).toBe(
      'page-walk Dom0 y 0 to 100 and 1 more',
    );
    expect(byChange([madeUpRow('x', 1.1), madeUpRow('y', 0.5)]).map(({ state }) => state)).toEqual([
      'y',
      'x',
    ]);
  });

  it('says no more than there is', () => {
    expect(namesOf([madeUpRow('x', 1.1)])).toBe('page-walk Dom0 x');
    expect(namesOf([])).toBe('');
    const three = ['x', 'y', 'z'].map((state) => madeUpRow(state, 1.1));
    expect(namesOf(three)).toBe('page-walk Dom0 x, page-walk Dom0 y, page-walk Dom0 z');
    expect(namesOf(three, 2)).toBe('page-walk Dom0 x, page-walk Dom0 y and 1 more');
  });

  it('keeps the order of changes that are as great, and of what has no ratio', () => {
    const states = (...ratios: (number | null)[]) =>
      byChange(ratios.map((ratio, at) => madeUpRow(`${at}`, ratio))).map(({ state }) => state);
    expect(states(1.1, null, 1.1, null, 1.2)).toEqual(['1', '3', '4', '0', '2']);
  });

  it('gives the interval where that is wanted and known', () => {
    expect(changeOf(madeUpRow('x', 1.5), true)).toBe('+50.0 % (95 %: +49.0 % to +51.0 %)');
    expect(changeOf(madeUpRow('x', 1.5), false)).toBe('+50.0 %');
    expect(changeOf({ ...madeUpRow('x', 1.5), interval95: null }, true)).toBe('+50.0 %');
  });
});
