import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StepClock } from './step-clock.ts';
import { StepTimes } from './step-times.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is kept of a step that takes so long and ends so. */
function kept(seconds: number, end: (clock: StepClock) => void, known: number[] = []) {
  const add = vi.fn();
  const of = () => known.map((one) => ({ seconds: one, run: '' }));
  const clock = new StepClock(new StepTimes({ of, add }));
  clock.begin('Measuring: 50 jobs, try 2');
  vi.advanceTimersByTime(seconds * 1000);
  end(clock);
  return add.mock.calls;
}

it('keeps a step that is done, under its name', () => {
  expect(kept(7, (clock) => clock.done())).toEqual([
    ['Measuring: 50 jobs, try #', { seconds: 7, run: '' }],
  ]);
});

it('keeps none that ended otherwise, or in another step', () => {
  expect(kept(7, (clock) => clock.drop())).toEqual([]);
  expect(kept(7, (clock) => clock.begin('b'))).toEqual([]);
  expect(
    kept(7, (clock) => {
      clock.drop();
      clock.done();
    }),
  ).toEqual([]);
});

it('keeps a short one only where it was known as a longer one', () => {
  expect(kept(0.4, (clock) => clock.done())).toEqual([]);
  expect(kept(0.4, (clock) => clock.done(), [5])).toHaveLength(1);
});

it('expects what is worth saying', () => {
  const clock = (seconds: number) =>
    new StepClock(new StepTimes({ of: () => [{ seconds, run: '' }], add() {} }));
  expect(clock(1.9).begin('a').expected).toBeUndefined();
  expect(clock(2.1).begin('a').expected).toBe(2_100);
});
