import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memorySurroundings, untimed } from '../testing.ts';
import { logProgress } from './log.ts';
import { StepTimes } from './step-times.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('has the names of lanes, and one clock for all', () => {
  const { stderr } = memorySurroundings();
  const progress = logProgress({ stderr }, untimed());
  vi.advanceTimersByTime(2_000);
  const a = progress.lane('a');
  const b = progress.lane('b');
  a.step('one');
  b.step('two');
  vi.advanceTimersByTime(11_000);
  a.detail('more');
  b.detail('other');
  b.detail('too soon');
  b.done('ready');
  b.close();
  a.warn('odd');
  progress.note('all of it');
  expect(stderr.text).toBe(
    [
      '[     2 s] a: one',
      '[     2 s] b: two',
      '[    13 s] a:   more',
      '[    13 s] b:   other',
      '[    13 s] b: done: ready',
      '[    13 s] a: warning: odd',
      '[    13 s] all of it',
      '',
    ].join('\n'),
  );
});

it('says how long a step is expected to take', () => {
  const { stderr } = memorySurroundings();
  const kept = { of: () => [{ seconds: 12.3, run: '' }], add() {} };
  logProgress({ stderr }, new StepTimes(kept)).lane('a').step('booting the emulated host');
  expect(stderr.text).toBe('[     0 s] a: booting the emulated host (about 12 s)\n');
});

it('says how much of the run is left at each step, and how long a step takes by what is done', () => {
  const { stderr } = memorySurroundings();
  const times = untimed();
  const progress = logProgress({ stderr }, times);
  times.begins(60_000);
  progress.step('Building Xen');
  vi.advanceTimersByTime(20_000);
  progress.detail('step 50 of 100', 0.5);
  progress.done('built');
  times.begins(undefined);
  progress.step('Booting');
  expect(stderr.text).toBe(
    [
      '[     0 s] Building Xen (about 1:00 min of the run to go)',
      '[    20 s]   step 50 of 100 (about 40 s in all)',
      '[    20 s] done: built',
      '[    20 s] Booting',
      '',
    ].join('\n'),
  );
});
