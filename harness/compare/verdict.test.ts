import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BETTER,
  equivalenceBounds,
  isKnownExactly,
  verdictOf,
  verdictOfExact,
  verdictOfSize,
  WORSE,
} from './verdict.ts';

describe('verdictOf', () => {
  it.each([
    [[1.02, 1.05], 'slower'],
    [[0.9, 0.95], 'faster'],
    [[0.995, 1.005], 'equivalent'],
    [[1, 1], 'equivalent'],
    [[1.005, 1.02], 'inconclusive'],
    [[0.5, 2], 'inconclusive'],
    // A bound that is just reached is within the margin.
    [[1.01, 1.01], 'equivalent'],
    [[1 / 1.01, 1.01], 'equivalent'],
    [[1 / 1.01, 1 / 1.01], 'equivalent'],
    [[1.01, 1.02], 'inconclusive'],
    [[0.98, 1 / 1.01], 'inconclusive'],
  ] as const)('%j at a margin of 1 %% is %s', (interval, verdict) => {
    expect(verdictOf(interval, 0.01)).toBe(verdict);
  });

  it('has bounds that are symmetrical on the scale of ratios, and words for worse and better', () => {
    expect(equivalenceBounds(0.25)).toEqual([0.8, 1.25]);
    expect([WORSE, BETTER]).toEqual([
      ['slower', 'larger'],
      ['faster', 'smaller'],
    ]);
  });

  it('is inconclusive without an interval', () => {
    expect(verdictOf(null, 0.01)).toBe('inconclusive');
  });

  it('turns round when the sides are exchanged', () => {
    const ratio = fc.double({ min: 0.5, max: 2, noNaN: true });
    const turned = { faster: 'slower', slower: 'faster' } as Record<string, string>;
    fc.assert(
      fc.property(ratio, ratio, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const there = verdictOf([low, high], 0.0123);
        expect(verdictOf([1 / high, 1 / low], 0.0123)).toBe(turned[there] ?? there);
      }),
    );
  });
});

describe('verdicts on sizes and counts', () => {
  it.each([
    [100, 100, 'same'],
    [0, 0, 'same'],
    [1000, 1005, 'equivalent'],
    [1000, 1020, 'larger'],
    [1000, 900, 'smaller'],
    [0, 1, 'larger'],
    [1, 0, 'smaller'],
  ] as const)('%d against %d at a margin of 1 %% is %s', (a, b, verdict) => {
    expect(verdictOfExact(a, b, 0.01)).toBe(verdict);
  });

  it('knows exactly what was counted and does not vary', () => {
    expect(isKnownExactly('lines', [5])).toBe(true);
    expect(isKnownExactly('bytes', [5, 5, 5])).toBe(true);
    expect(isKnownExactly('bytes', [])).toBe(true);
    expect(isKnownExactly('bytes', [5, 6])).toBe(false);
    expect(isKnownExactly('instructions', [5])).toBe(false);
  });

  it('says larger where a cost would be slower', () => {
    expect(verdictOfSize([1.02, 1.05], 0.01)).toBe('larger');
    expect(verdictOfSize([0.9, 0.95], 0.01)).toBe('smaller');
    expect(verdictOfSize(null, 0.01)).toBe('inconclusive');
  });
});
