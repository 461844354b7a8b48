import { describe, expect, it } from 'vitest';
import type { Arm } from '../../bench/words.ts';
import type { EventGroup } from './event-groups.ts';
import { analyseGuestEvents } from './guest-events.ts';

const CONTEXT = { benchmark: 'guest-events', unit: 'ticks', seed: 1 } as const;

/** Two batches: of three events, and of one. `own`: the introspector's part. */
function group(arm: Arm, own: number): EventGroup {
  const batch = (block: number, ticks: number[]) => ({
    ...{ boot: 0, block, monitored: true, work: false },
    ticks: Uint32Array.from(ticks),
  });
  return {
    arm,
    state: 'cpuid',
    rates: [
      { elapsed: 3000, events: 3 },
      { elapsed: 5000, events: 1 },
    ],
    async *batches() {
      yield batch(0, [0, own, 700, own + 2, 900, own + 4]);
      yield batch(1, [0, own + 1]);
    },
  };
}

describe('analyseGuestEvents', () => {
  it('gives the introspector’s own part, the times between events, and those listened', async () => {
    const { measures, held } = await analyseGuestEvents([group('minios', 20)], CONTEXT);
    expect(measures.map(({ phase, n, min, p50, max }) => [phase, n, min, p50, max])).toEqual([
      ['handler', 4, 20, 21.5, 24],
      // The first of a batch has none before it.
      ['apart', 2, 700, 800, 900],
      ['sustained', 2, 1000, 3000, 5000],
    ]);
    expect(held).toMatchObject([{ arm: 'minios', state: 'cpuid', p50: 21.5 }]);
  });

  it('compares the arms’ own parts, block by block', async () => {
    const { ratios } = await analyseGuestEvents([group('dom0', 40), group('minios', 20)], CONTEXT);
    expect(ratios).toHaveLength(1);
    expect(ratios[0]).toMatchObject({ phase: 'handler', numerator: 'dom0', denominator: 'minios' });
    expect(ratios[0]?.ratio).toBeCloseTo(Math.sqrt((42 / 22) * (41 / 21)), 2);
  });
});
