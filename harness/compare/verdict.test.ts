import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

describe('verdictOf', () => {
  it.each([
    [[1.02, 1.05], 'slower'],
    [[0.9, 0.95], 'faster'],
    [[0.995, 1.005], 'equivalent'],
    [[1, 1], 'equivalent'],
    [[1.005, 1.02], 'inconclusive'],
    [[0.5, 2], 'inconclusive'],
  ] as const)('%j at a margin of 1 %% is %s', (interval, verdict) => {
    expect(verdictOf(interval, 0.01)).toBe(verdict);
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
