/**
 * A fast part of the calibration of verdicts, with a fixed seed.
 */
import { describe, expect, it } from 'vitest';
import { simulateVerdict, VERDICT_DESIGNS } from './verdicts.ts';

const EXPERIMENTS = 60;

/** Not those of many runs or boots, which take long. */
const FAST = VERDICT_DESIGNS.filter(({ name }) => !/^10+ |^5 boots/.test(name));

describe('verdicts', () => {
  it.each(FAST.map((design) => [`${design.name}: ${design.counted}`, design] as const))(
    '%s',
    (_, design) => {
      const { rate, rate95, isWrong, aim = 1 } = simulateVerdict(design, EXPERIMENTS, 1);
      if (isWrong) expect(rate95[0]).toBeLessThanOrEqual(aim);
      else expect(rate).toBeGreaterThan(0.8);
    },
    60_000,
  );

  it('one boot a side is never called equivalent', () => {
    const [first] = VERDICT_DESIGNS;
    if (first === undefined) throw new Error('no design');
    expect(first.name).toContain('one boot a side');
    expect(simulateVerdict(first, EXPERIMENTS, 2).counts).toBe(0);
  });
});
