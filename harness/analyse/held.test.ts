import { describe, expect, it } from 'vitest';
import { seededRandom } from '../plan/prng.ts';
import { holdSamples } from './held.ts';
import { quantile, sortedSample } from './quantile.ts';

describe('holdSamples', () => {
  it('holds exactly the samples it is given, and agrees with our quantiles', () => {
    const random = seededRandom(5);
    for (const n of [1, 2, 7, 1024, 5000]) {
      const samples = Float64Array.from({ length: n }, () => random.below(100_000) / 8);
      const held = holdSamples('dom0 cold', samples);
      const sorted = sortedSample(samples);
      expect(held.samples).toBe(n);
      expect(held.p50).toBeCloseTo(quantile(sorted, 0.5), 9);
      expect(held.p99).toBeCloseTo(quantile(sorted, 0.99), 9);
    }
  });

  it('leaves the order of the samples alone', () => {
    const samples = Float64Array.from([3, 1, 2]);
    holdSamples('x', samples);
    expect([...samples]).toEqual([3, 1, 2]);
  });

  it('gives the spread of 1 to 5: standard deviation 1.581139 (as NumPy), median deviation 1', () => {
    const held = holdSamples('x', Float64Array.from([1, 2, 3, 4, 5]));
    expect(held.sd).toBeCloseTo(1.581139, 6);
    expect(held.mad).toBe(1);
  });
});
