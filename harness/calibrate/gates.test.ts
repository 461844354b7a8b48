/**
 * A fast part of the calibration of the gate, with a fixed seed.
 */
import { describe, expect, it } from 'vitest';
import { GATE_DESIGNS, nameOfGate, simulateGates } from './gates.ts';

const GATES = 40;

/** One of each kind: with nothing changed, and with a change of twice the margin. */
const FAST = GATE_DESIGNS.filter((design) =>
  ['one run', '3 runs', 'history of 20 runs'].includes(nameOfGate(design)),
);

describe('gates', () => {
  it.each(FAST.map((design) => [nameOfGate(design), design.change, design] as const))(
    'against %s, with a change of %d margins, are right',
    async (_, change, design) => {
      const { rate, confirmed, alarms } = await simulateGates(design, GATES, 1);
      if (change === 0) expect(confirmed).toBe(0);
      else expect(rate).toBeGreaterThan(0.8);
      expect(alarms).toBeGreaterThanOrEqual(confirmed);
    },
    60_000,
  );

  it('repeat for one seed', async () => {
    const [, changed] = FAST;
    if (changed === undefined) throw new Error('no design');
    expect(await simulateGates(changed, 5, 3)).toEqual(await simulateGates(changed, 5, 3));
  }, 60_000);
});
