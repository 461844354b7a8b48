import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Durations } from '../../../infra/cache/durations.ts';
import { builtCache } from '../../../infra/testing/support.ts';
import { kindOfRun, RunTiming } from './run-timing.ts';
import { StepTimes } from './step-times.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a kind of run', () => {
  it('is its options, in any order, without those that are not given and the seed', () => {
    expect(kindOfRun({ bench: ['events'], blocks: '1' })).toBe(
      kindOfRun({ blocks: '1', pages: undefined, seed: '7', bench: ['events'] }),
    );
  });

  it('is another one with other options', () => {
    expect(kindOfRun({ blocks: '1' })).not.toBe(kindOfRun({ blocks: '2' }));
    expect(kindOfRun({})).not.toBe(kindOfRun({ formats: [] }));
  });
});

/** Runs once. @returns what it said when it began */
function run(root: string, options: object, [first, all]: [number | undefined, number]) {
  const timing = new RunTiming(new StepTimes(new Durations(root)), options);
  const said = timing.begin();
  if (first !== undefined) {
    vi.advanceTimersByTime(first * 1000);
    timing.sampled();
  }
  vi.advanceTimersByTime((all - (first ?? 0)) * 1000);
  timing.sampled();
  return { said, timing };
}

it('says what earlier runs of its kind say', async () => {
  const root = await builtCache();
  const succeed = (times: [number | undefined, number], options = {}) => {
    const { said, timing } = run(root, options, times);
    timing.succeeded();
    return said;
  };
  expect(succeed([30, 90])).toBeUndefined();
  expect(succeed([8, 45])).toBe(
    'about 30 s until the first sample, 1:30 min in all (from an earlier run on this machine)',
  );
  expect(succeed([7, 44])).toBe(
    'about 8 s until the first sample, 45 s in all (from 2 earlier runs on this machine)',
  );
  expect(succeed([9, 60], { bench: 'events' })).toBeUndefined();
  run(root, {}, [1, 2]);
  expect(run(root, {}, [1, 2]).said).toBe(
    'about 8 s until the first sample, 45 s in all (from 3 earlier runs on this machine)',
  );
});

it('keeps the first sample, not the last', async () => {
  const root = await builtCache();
  const { timing } = run(root, {}, [8, 45]);
  timing.succeeded();
  expect(run(root, {}, [8, 45]).said).toContain('about 8 s until the first sample');
});

it('says the whole alone of a run that has no samples', async () => {
  const root = await builtCache();
  const timing = new RunTiming(new StepTimes(new Durations(root)), {});
  timing.begin();
  vi.advanceTimersByTime(5_000);
  timing.succeeded();
  expect(run(root, {}, [1, 2]).said).toBe('about 5 s in all (from an earlier run on this machine)');
});
