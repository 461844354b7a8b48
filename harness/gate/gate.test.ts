import { describe, expect, it, vi } from 'vitest';
import { type ComparedRow, type Comparison, compareSets } from '../compare/compare.ts';
import { type MadeUp, madeUpMeasured } from '../compare/testing/measured.ts';
import { madeUpRow } from '../compare/testing/rows.ts';
import { falseAlarms, marginsFromPairs } from './false-alarms.ts';
import { GATE_EXIT_CODES, type GateOutcome, judge } from './gate.ts';

const OPTIONS = { ignore: [], margin: 0.01 };
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
    const open = against({ centre: 1010 });
    const clear = against({});
    const comparison = { ...open, rows: [...open.rows, ...clear.rows] };
    expect((await judge(comparison, undefined, LAX)).outcome).toBe('pass');
    expect((await judge(comparison, undefined, { strict: true })).outcome).toBe('unknown');
  });
});

describe('what a gate says', () => {
  const of = (rows: ComparedRow[], missing: Comparison['missing'] = []): Comparison => ({
    ...{ a: ['a'], b: ['b'], rows, missing, ignored: [], warnings: [] },
  });
  const lacks = (state: string, from: 'a' | 'b') => ({
    ...{ benchmark: 'page-walk', arm: 'dom0', state, from },
  });
  const [SLOW, LARGE] = [madeUpRow('s', 1.1), madeUpRow('l', 1.1, 'larger')];
  const SAME = madeUpRow('e', 1, 'equivalent');
  const UNCLEAR = madeUpRow('u', 1, 'inconclusive');

  it.each<[string, Comparison, Comparison | undefined, boolean, GateOutcome, string]>([
    ['nothing', of([]), undefined, false, 'unknown', 'There is nothing that both measured.'],
    ['the same', of([SAME, UNCLEAR]), undefined, false, 'pass', 'No regression in 2 comparisons.'],
    [
      ...(['slower', of([SLOW, SAME]), undefined, false, 'regression'] as const),
      'Slower than the baseline: page-walk Dom0 s +10.0 % (95 %: +9.00 % to +11.0 %).',
    ],
    [
      ...(['larger, twice', of([LARGE]), of([LARGE]), false, 'regression'] as const),
      'Larger than the baseline, twice: page-walk Dom0 l +10.0 % (95 %: +9.00 % to +11.0 %).',
    ],
    [
      ...(['both', of([LARGE, SLOW]), undefined, false, 'regression'] as const),
      'Slower or larger than the baseline: page-walk Dom0 l +10.0 % (95 %: +9.00 % to +11.0 %), page-walk Dom0 s +10.0 %.',
    ],
    [
      ...(['one of two that comes back', of([LARGE, SLOW]), of([SLOW]), false] as const),
      ...(['regression'] as const),
      'Slower than the baseline, twice: page-walk Dom0 s +10.0 % (95 %: +9.00 % to +11.0 %).',
    ],
    [
      ...(['none that comes back', of([SLOW]), of([LARGE, SAME]), false, 'pass'] as const),
      'No regression in 1 comparisons. Slower once, and not in the confirming run: page-walk Dom0 s +10.0 % (95 %: +9.00 % to +11.0 %).',
    ],
    [
      ...(['what the new run lacks', of([SAME], [lacks('x', 'b'), lacks('y', 'a')])] as const),
      ...([undefined, false, 'unknown'] as const),
      'The new run lacks what the baseline has: page-walk Dom0 x.',
    ],
    [
      ...(['what the confirming run lacks', of([SLOW])] as const),
      ...([of([SAME], [lacks('s', 'b'), lacks('y', 'a')]), false, 'unknown'] as const),
      'The new run lacks what the baseline has: page-walk Dom0 s.',
    ],
    [
      ...(['no clear verdict', of([SAME, UNCLEAR]), undefined, true, 'unknown'] as const),
      'No clear verdict: page-walk Dom0 u.',
    ],
    ['clear ones', of([SAME]), undefined, true, 'pass', 'No regression in 1 comparisons.'],
  ])('of %s', async (_case, first, confirming, strict, outcome, reason) => {
    const confirm = confirming && (async () => confirming);
    const report = await judge(first, confirm, { strict });
    expect(report).toMatchObject({ outcome, reason, first });
  });

  it('sorts the rows', async () => {
    const FAST = madeUpRow('f', 0.9, 'faster');
    const SMALL = madeUpRow('m', 0.9, 'smaller');
    const rows = [SLOW, LARGE, SAME, UNCLEAR, FAST, SMALL];
    const report = await judge(of(rows), async () => of([SLOW]), LAX);
    expect(report).toMatchObject({
      ...{ regressions: [SLOW], unconfirmed: [LARGE], inconclusive: [UNCLEAR] },
      ...{ faster: [FAST, SMALL], missing: [] },
    });
    expect(GATE_EXIT_CODES).toEqual({ pass: 0, regression: 1, unknown: 2 });
  });
});

describe('a gate whose rows are all inconclusive', () => {
  it('could not tell', async () => {
    const report = await judge(against({ centre: 1010 }), undefined, LAX);
    expect(report.outcome).toBe('unknown');
    expect(report.reason).toBe('No clear verdict in any of 1 comparisons: page-walk Mini-OS cold.');
  });

  it('measures once more, and passes when that is clear', async () => {
    const first = against({ centre: 1010 });
    expect((await judge(first, async () => against({ seed: 3 }), LAX)).outcome).toBe('pass');
    const again = await judge(first, async () => against({ centre: 1010, seed: 3 }), LAX);
    expect(again).toMatchObject({ outcome: 'unknown' });
    expect(again.reason).toContain('comparisons, twice: page-walk');
    const worse = await judge(first, async () => against({ centre: 1050, seed: 3 }), LAX);
    expect(worse.outcome).toBe('unknown');
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
