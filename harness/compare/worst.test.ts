import { describe, expect, it } from 'vitest';
import type { ComparedRow } from './compare.ts';
import { byChange, namesOf, worstOf } from './worst.ts';

function row(state: string, ratio: number | null): ComparedRow {
  const side = { n: 100, runs: 1, boots: 1, p50: 100, interval95: null };
  return {
    ...{ benchmark: 'page-walk', arm: 'dom0', state, phase: 'total', unit: 'instructions' },
    ...{ a: { ...side, p50: 0 }, b: side, ratio, p: 0, delta: 1, margin: 0.01 },
    interval95: ratio === null ? null : [ratio - 0.01, ratio + 0.01],
    basis: { method: 'student', level: 'block', units: 3 },
    ...{ verdict: 'slower', remark: null },
  };
}

describe('worstOf', () => {
  it('names the greatest changes with their size, and how many more there are', () => {
    const rows = Array.from({ length: 50 }, (_, i) => row(`s${i}`, 1.02 + i / 100));
    expect(worstOf(rows)).toBe(
      'page-walk Dom0 s49 +51.0 % (95 %: +50.0 % to +52.0 %), page-walk Dom0 s48 +50.0 %, page-walk Dom0 s47 +49.0 % and 47 more',
    );
  });

  it('counts a change that is no ratio as the greatest, by both medians', () => {
    expect(worstOf([row('x', 1.5), row('y', null)], 1)).toBe(
      'page-walk Dom0 y 0 to 100 and 1 more',
    );
    expect(byChange([row('x', 1.1), row('y', 0.5)]).map(({ state }) => state)).toEqual(['y', 'x']);
  });

  it('says no more than there is', () => {
    expect(namesOf([row('x', 1.1)])).toBe('page-walk Dom0 x');
    expect(namesOf([])).toBe('');
  });
});
