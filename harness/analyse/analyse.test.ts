import { describe, expect, it } from 'vitest';
import type { Arm, CacheState } from '../../bench/words.ts';
import { type AnalysedBatch, analyse, type SampleGroup } from './analyse.ts';

function group(arm: Arm, state: CacheState, cost: number, hypercalls?: number): SampleGroup {
  const batch = (block: number): AnalysedBatch => ({
    boot: 0,
    block,
    pages: 10,
    open: 20,
    close: 30,
    ticks: Uint32Array.from(
      Array.from({ length: 10 }, (_, page) => [1, 2, 3, 4, cost + page]).flat(),
    ),
    counts: { maps: 50, unmaps: 50, hypercalls, syscalls: 150, hits: 0 },
  });
  return {
    arm,
    state,
    async *batches() {
      yield batch(0);
      yield batch(1);
    },
  };
}

const CONTEXT = { benchmark: 'page-walk', unit: 'instructions', seed: 1 } as const;

describe('analyse', () => {
  it('gives every phase of every arm and state, in the unit it is told', async () => {
    const { measures } = await analyse(
      [group('dom0', 'cold', 1000), group('minios', 'cold', 100)],
      CONTEXT,
    );
    expect(measures.map(({ arm, phase }) => `${arm} ${phase}`)).toEqual(
      ['dom0', 'minios'].flatMap((arm) =>
        ['total', 'walk', 'map', 'copy', 'unmap', 'clock'].map((phase) => `${arm} ${phase}`),
      ),
    );
    expect(measures[0]).toEqual({
      benchmark: 'page-walk',
      arm: 'dom0',
      state: 'cold',
      phase: 'total',
      unit: 'instructions',
      n: 20,
      min: 1005,
      p50: 1009.5,
      p95: 1014,
      p99: 1014,
      max: 1014,
      mean: expect.closeTo(1009.5, 9),
      // Both blocks' medians are 1009.5, of values that lie one instruction apart.
      interval95: [1009, 1010],
      basis: { method: 'student', level: 'block', units: 2 },
    });
  });

  it('sets Dom0 against Mini-OS in each state that both have', async () => {
    const { ratios } = await analyse(
      [group('dom0', 'cold', 1000), group('minios', 'cold', 100), group('dom0', 'warm', 50)],
      CONTEXT,
    );
    expect(ratios).toHaveLength(1);
    expect(ratios[0]).toMatchObject({
      state: 'cold',
      numerator: 'dom0',
      denominator: 'minios',
      blocks: 2,
    });
    expect(ratios[0]?.ratio).toBeCloseTo(1009.5 / 109.5, 9);
  });

  it('counts requests a page, and says so when they cannot be seen', async () => {
    const { counts } = await analyse(
      [group('dom0', 'cold', 1000), group('minios', 'cold', 9, 70)],
      CONTEXT,
    );
    const of = (arm: Arm, what: string) =>
      counts.find((count) => count.arm === arm && count.what === what)?.perPage;
    expect(of('dom0', 'maps')).toBe(5);
    expect(of('dom0', 'hypercalls')).toBeNull();
    expect(of('minios', 'hypercalls')).toBe(7);
  });

  it('has tinybench hold every sample', async () => {
    const { held } = await analyse([group('minios', 'cold', 100)], CONTEXT);
    expect(held[0]).toMatchObject({ arm: 'minios', samples: 20, p50: 109.5 });
  });

  it('refuses a group without samples', async () => {
    const empty: SampleGroup = { arm: 'dom0', state: 'cold', async *batches() {} };
    await expect(analyse([empty], CONTEXT)).rejects.toThrow('empty');
  });
});
