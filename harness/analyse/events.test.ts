import { describe, expect, it } from 'vitest';
import type { Arm, EventState } from '../../bench/words.ts';
import type { EventGroup } from './event-groups.ts';
import { addedBy, analyseEvents, LONG_RUN, tenthsOf } from './events.ts';
import { type NestedBatch, pool } from './nested.ts';

const CONTEXT = { benchmark: 'events', unit: 'instructions', seed: 1 } as const;

function group(arm: Arm, state: EventState, added: number): EventGroup {
  const batch = (block: number, monitored: boolean) => ({
    boot: 0,
    block,
    monitored,
    work: false,
    ticks: Uint32Array.from(
      Array.from({ length: 10 }, (_, i) => [
        100 + (monitored ? added : 0) + i,
        monitored && i > 0 ? 20 + i : 0,
      ]).flat(),
    ),
  });
  return {
    arm,
    state,
    rates: [
      { elapsed: 1000, events: 10 },
      { elapsed: 3000, events: 10 },
    ],
    async *batches() {
      for (const block of [0, 1]) {
        yield batch(block, false);
        yield batch(block, true);
      }
    },
  };
}

/** The same, with vcpus that compute meanwhile: `lost` ticks of 1,000 a unit. */
function beside(group: EventGroup, lost: number): EventGroup {
  const unit = (monitored: boolean) => ({
    boot: 0,
    block: 0,
    monitored,
    work: true,
    ticks: Uint32Array.from(
      [1000, 0, 1000, 0, 1000, 0].map((t) => t && t + (monitored ? lost : 0)),
    ),
  });
  return {
    ...group,
    async *batches() {
      yield* group.batches();
      yield unit(false);
      yield unit(true);
    },
  };
}

function batchOf(values: Iterable<number>): NestedBatch {
  return { path: ['0', '0', '0', '0', '0'], values: Float64Array.from(values) };
}

describe('addedBy', () => {
  it('takes the median of the unmonitored from each round trip', () => {
    const { batches } = addedBy([batchOf([110, 150, 95])], [batchOf([100, 90, 1000])]);
    expect(batches.map(({ values }) => [...values])).toEqual([[10, 50, -5]]);
  });
});

describe('tenthsOf', () => {
  it('compares the ends of a long run, in its order', () => {
    const series = Float64Array.from({ length: LONG_RUN + 5 }, (_, i) => i);
    const half = LONG_RUN / 2;
    const phases = tenthsOf([batchOf(series.slice(0, half)), batchOf(series.slice(half))]);
    const ends = ['first-tenth', 'last-tenth'].map((name) => {
      const values = pool(phases[name]?.batches ?? []);
      return [values.length, values[0], values.at(-1)];
    });
    expect(ends).toEqual([
      [1000, 0, 999],
      [1000, LONG_RUN - 995, LONG_RUN + 4],
    ]);
  });

  it('says nothing of a short one', () => {
    expect(tenthsOf([batchOf(new Float64Array(LONG_RUN - 1))])).toEqual({});
  });
});

describe('analyseEvents', () => {
  it('gives every phase, each with its own number of samples', async () => {
    const { measures } = await analyseEvents([group('minios', 'cpuid', 500)], CONTEXT);
    expect(measures.map(({ phase, n, p50 }) => [phase, n, p50])).toEqual([
      ['added', 20, 500],
      ['round-trip', 20, 604.5],
      ['unmonitored', 20, 104.5],
      ['handler', 18, 25],
      ['sustained', 2, 200],
    ]);
    expect(measures.every(({ unit, state }) => unit === 'instructions' && state === 'cpuid')).toBe(
      true,
    );
  });

  it('keeps work of other vcpus apart from events', async () => {
    const alone = await analyseEvents([group('minios', 'busy-2', 500)], CONTEXT);
    const { measures } = await analyseEvents([beside(group('minios', 'busy-2', 500), 37)], CONTEXT);
    const others = measures.filter(({ phase }) => phase.startsWith('others'));
    expect(others.map(({ phase, n, p50, mean }) => [phase, n, p50, mean])).toEqual([
      ['others-unmonitored', 3, 1000, 1000],
      ['others', 3, 1037, 1037],
      ['others-loss', 3, 37, 37],
    ]);
    expect(measures.filter(({ phase }) => !phase.startsWith('others'))).toEqual(alone.measures);
  });

  it('compares arms by what a monitor adds, not by the whole round trip', async () => {
    const { ratios } = await analyseEvents(
      [group('dom0', 'cpuid', 1000), group('minios', 'cpuid', 500), group('dom0', 'debug', 7)],
      CONTEXT,
    );
    expect(ratios).toHaveLength(1);
    expect(ratios[0]).toMatchObject({ state: 'cpuid', phase: 'added', blocks: 2 });
    expect(ratios[0]?.ratio).toBeCloseTo(2, 9);
  });

  it('gives no ratio where a monitor adds nothing', async () => {
    const { ratios } = await analyseEvents(
      [group('dom0', 'cpuid', 1000), group('minios', 'cpuid', 0)],
      CONTEXT,
    );
    expect(ratios).toEqual([]);
  });

  it('has tinybench hold every round trip', async () => {
    const { held } = await analyseEvents([group('dom0', 'cpuid', 500)], CONTEXT);
    expect(held[0]).toMatchObject({ arm: 'dom0', samples: 20, p50: 604.5 });
  });

  it('refuses a group that was never monitored', async () => {
    const never: EventGroup = {
      ...group('dom0', 'cpuid', 1),
      async *batches() {
        yield {
          boot: 0,
          block: 0,
          monitored: false,
          work: false,
          ticks: Uint32Array.from([1, 0]),
        };
      },
    };
    await expect(analyseEvents([never], CONTEXT)).rejects.toThrow('empty');
  });
});
