import { describe, expect, it, vi } from 'vitest';
import { compareSets } from '../compare/compare.ts';
import { type MadeUp, madeUpMeasured } from '../compare/testing/measured.ts';
import { falseAlarms, marginsFromPairs } from './false-alarms.ts';
import { judge } from './gate.ts';

const OPTIONS = { ignore: [], margin: 0.01, seed: 1 };
const LAX = { strict: false };

function against(b: MadeUp, a: MadeUp = {}) {
  return compareSets(
    [madeUpMeasured({ id: 'baseline', seed: 1, ...a })],
    [madeUpMeasured({ id: 'new', seed: 2, ...b })],
    OPTIONS,
  );
}

describe('judge', () => {
  it('passes what is the same, and starts no confirming run for it', async () => {
    const confirm = vi.fn();
    const report = await judge(against({}), confirm, LAX);
    expect(report).toMatchObject({ outcome: 'pass', confirming: null });
    expect(confirm).not.toHaveBeenCalled();
  });

  it('finds a regression that comes back', async () => {
    const report = await judge(
      against({ centre: 1050 }),
      async () => against({ centre: 1050, seed: 3 }),
      LAX,
    );
    expect(report.outcome).toBe('regression');
    expect(report.reason).toContain(
      'twice: page-walk Mini-OS cold +5.08 % (95 %: +4.69 % to +5.54 %).',
    );
    expect(report.regressions).toHaveLength(1);
  });

  it('passes one that does not come back, and says so', async () => {
    const report = await judge(against({ centre: 1050 }), async () => against({ seed: 3 }), LAX);
    expect(report).toMatchObject({ outcome: 'pass', regressions: [] });
    expect(report.reason).toContain('not in the confirming run: page-walk Mini-OS cold +5.08 %');
  });

  it('decides by one comparison when none can confirm', async () => {
    const report = await judge(against({ centre: 1050 }), undefined, LAX);
    expect(report.outcome).toBe('regression');
  });

  it('cannot tell when the new run lacks an arm, or when there is nothing in common', async () => {
    const lacking = await judge(against({}, { arms: ['dom0', 'minios'] }), undefined, LAX);
    expect(lacking).toMatchObject({ outcome: 'unknown' });
    expect(lacking.reason).toContain('page-walk Dom0 cold');
    const nothing = await judge(against({ states: ['warm'] }), undefined, LAX);
    expect(nothing.outcome).toBe('unknown');
  });

  it('does not mind that the new run has more', async () => {
    const report = await judge(against({ arms: ['minios', 'dom0'] }), undefined, LAX);
    expect(report.outcome).toBe('pass');
  });

  it('cannot tell when it is strict and a row is inconclusive', async () => {
    const comparison = against({ centre: 1010 });
    expect((await judge(comparison, undefined, LAX)).outcome).toBe('pass');
    expect((await judge(comparison, undefined, { strict: true })).outcome).toBe('unknown');
  });
});

describe('falseAlarms', () => {
  it('counts, with the exact interval: R: binom.test(1, 3)$conf.int', () => {
    const { alarms, comparisons, interval95 } = falseAlarms([
      against({}),
      against({}),
      against({ centre: 1100 }),
    ]);
    expect([alarms, comparisons]).toEqual([1, 3]);
    expect(interval95[0]).toBeCloseTo(0.00840375865961264, 10);
    expect(interval95[1]).toBeCloseTo(0.905700675949754, 10);
  });

  it('refuses to say anything of nothing', () => {
    expect(() => falseAlarms([])).toThrow('without rows');
  });

  it('gives the margin at which none of them would have been one', () => {
    const pairs = [against({ centre: 1030 }), against({ centre: 980, seed: 5 })];
    const margins = marginsFromPairs(pairs);
    const again = pairs.map(({ rows }) => rows[0]?.interval95 as [number, number]);
    for (const [low, high] of again) {
      expect(low).toBeLessThanOrEqual(1 + (margins.minios as number) + 1e-12);
      expect(high).toBeGreaterThanOrEqual(1 / (1 + (margins.minios as number)) - 1e-12);
    }
    expect(margins.minios).toBeGreaterThan(0.02);
  });
});
