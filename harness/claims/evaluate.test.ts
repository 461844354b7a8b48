import { describe, expect, it } from 'vitest';
import { CLAIMS, type Claim, optionsFor } from '../../bench/claims.ts';
import type { Measure, Ratio } from '../analyse/analyse.ts';
import { runOptionsOf } from '../cli/program.ts';
import { makeSuite } from '../plan/suite.ts';
import { type Evidence, evaluateClaim, evaluateClaims } from './evaluate.ts';

function measure(arm: 'dom0' | 'minios', p50: number, changes: Partial<Measure> = {}): Measure {
  const rest = { n: 100, min: p50, p95: p50, p99: p50, max: p50, mean: p50 };
  return {
    benchmark: 'page-walk',
    arm,
    state: 'cold',
    phase: 'total',
    unit: 'instructions',
    p50,
    interval95: [p50 * 0.99, p50 * 1.01],
    ...rest,
    ...changes,
  };
}

function ratio(value: number, interval95: [number, number] | null): Ratio {
  return {
    benchmark: 'page-walk',
    state: 'cold',
    phase: 'total',
    numerator: 'dom0',
    denominator: 'minios',
    ratio: value,
    interval95,
    blocks: 3,
  };
}

function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    testbed: { clock: 'counted', emulated: true },
    measures: [measure('dom0', 1000), measure('minios', 200)],
    ratios: [ratio(5, [4.9, 5.1])],
    ...changes,
  };
}

const COLD = CLAIMS.find(({ id }) => id === 'cold-half') as Claim;

describe('evaluateClaim', () => {
  it('supports what the whole interval of the paired ratio says, turned round', () => {
    const { verdict, ratio: value, interval95 } = evaluateClaim(COLD, evidence());
    expect(verdict).toBe('supported');
    expect(value).toBeCloseTo(0.2, 12);
    expect(interval95).toEqual([1 / 5.1, 1 / 4.9]);
  });

  it.each([
    [[1.2, 1.3], 'not supported', null],
    [[1.9, 2.2], 'inconclusive', 'its interval lies on both sides of the bound'],
  ] as const)('says of a ratio of %j that it is %s', (interval, verdict, reason) => {
    const found = evaluateClaim(COLD, evidence({ ratios: [ratio(1.5, [...interval])] }));
    expect(found).toMatchObject({ verdict, reason });
  });

  it('falls back on bounds that hold without pairs', () => {
    const { interval95, verdict } = evaluateClaim(COLD, evidence({ ratios: [] }));
    expect(interval95).toEqual([198 / 1010, 202 / 990]);
    expect(verdict).toBe('supported');
  });

  it('is inconclusive without spread, and without the measure, which it names', () => {
    const flat = { interval95: null };
    const measures = [measure('dom0', 1000, flat), measure('minios', 200, flat)];
    const unknown = evaluateClaim(COLD, evidence({ measures, ratios: [] }));
    expect(unknown).toMatchObject({ verdict: 'inconclusive', reason: 'the spread is not known' });
    const lacking = evaluateClaim(COLD, evidence({ measures: [measure('minios', 200)] }));
    expect(lacking).toMatchObject({ verdict: 'inconclusive', to: null });
    expect(lacking.reason).toBe('this result has no page-walk dom0 cold total');
  });

  it('leaves claims about time to a testbed that tells it', () => {
    const claim: Claim = { ...COLD, about: 'time' };
    const counted = evaluateClaim(claim, evidence());
    expect(counted).toMatchObject({ verdict: 'inconclusive', of: 200, to: 1000 });
    expect(counted.reason).toContain('about time');
    const real = evaluateClaim(claim, evidence({ testbed: { clock: 'wall', emulated: false } }));
    expect(real.verdict).toBe('supported');
  });

  it('compares no arms with clocks of different kinds', () => {
    const clockObjection = (a: string, b: string) => `the clocks of ${a} and ${b} differ`;
    expect(evaluateClaim(COLD, evidence({ clockObjection }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'the clocks of minios and dom0 differ',
    });
  });

  it('takes a count of lines as exact', () => {
    const claim = CLAIMS.find(({ id }) => id === 'paper-code') as Claim;
    const lines = { benchmark: 'code-size', state: 'lines', unit: 'lines', n: 1, interval95: null };
    const measures = [measure('dom0', 177_000), measure('minios', 83_000)].map(
      (entry) => ({ ...entry, ...lines }) as unknown as Measure,
    );
    expect(evaluateClaim(claim, evidence({ measures })).verdict).toBe('supported');
  });
});

describe('the claim about boot', () => {
  const claim = CLAIMS.find(({ id }) => id === 'boot-linux') as Claim;
  /** Starts of both domains: their number, the median of the Linux domain's, and the spread of both. */
  const starts = (n: number, linux: number, spread: [number, number] | null) =>
    evidence({
      ratios: [],
      measures: (['minios', 'linux-domu'] as const).map((arm) => {
        const p50 = arm === 'minios' ? 1_000_000 : linux;
        const interval95 = spread && (spread.map((part) => part * p50) as [number, number]);
        const place = { benchmark: 'boot', state: 'first-page', phase: 'boot' } as const;
        return { ...measure('minios', p50, { ...place, n, interval95 }), arm };
      }),
    });

  it.each([
    [2_000_000_000, 'supported'],
    [500_000_000, 'inconclusive'],
    [400_000_000, 'not supported'],
  ])('of a Linux domain with %i instructions is %s', (linux, verdict) => {
    expect(evaluateClaim(claim, starts(6, linux, [0.99, 1.01])).verdict).toBe(verdict);
  });

  it('is not decided by too few starts, and says which options give enough', () => {
    const { verdict, reason, lacking, ratio: value } = evaluateClaim(claim, starts(1, 2e9, null));
    expect(lacking).toBe('--bench boot --starts 6 --linux-starts 6');
    expect([verdict, value]).toEqual(['inconclusive', 1 / 2000]);
    expect(reason).toBe(
      'boot minios first-page boot was found once and boot linux-domu first-page boot was found once, and an interval of a median takes 6 values',
    );
  });
});

describe('CLAIMS', () => {
  it('have names of their own, a source and a bound', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length);
    for (const { expression, source } of CLAIMS) {
      expect(expression.least ?? expression.most).toBeGreaterThan(0);
      expect(source).not.toBe('');
    }
  });

  it('name options that a run takes', async () => {
    for (const claim of CLAIMS) {
      const raw = await runOptionsOf(optionsFor(claim).split(' '));
      expect(() => makeSuite(raw)).not.toThrow();
    }
  });

  it('are all evaluated, with or without data', () => {
    const none = evaluateClaims(CLAIMS, evidence({ measures: [], ratios: [] }));
    expect(none.map(({ verdict }) => verdict)).toEqual(CLAIMS.map(() => 'inconclusive'));
  });
});
