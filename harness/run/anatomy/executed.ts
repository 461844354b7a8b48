/**
 * What a log of executed instructions says of a batch: who executed each of its parts.
 */
import type { Arm } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import type { Executed } from '../../../infra/testbed.ts';
import type { Amounts } from './shares.ts';
import { readingsOf, type Span } from './spans.ts';

/** Largest part of a batch's ticks by which log and clock may disagree. */
const TOLERANCE = 0.02;

function totalOf({ xen, kernel, program, other }: Executed): number {
  return xen + kernel + program + other;
}

/** Where in the log the batch begins: the place at which it agrees best with the clock. */
function placeIn(intervals: readonly Executed[], ticks: readonly number[]): number {
  const totals = intervals.map(totalOf);
  const whole = ticks.reduce((sum, tick) => sum + tick, 0);
  let best = { place: 0, error: Number.POSITIVE_INFINITY };
  for (let place = 0; place + ticks.length <= totals.length; place++) {
    let error = 0;
    for (let i = 0; i < ticks.length && error < best.error; i++) {
      error += Math.abs((totals[place + i] as number) - (ticks[i] as number));
    }
    if (error < best.error) best = { place, error };
  }
  if (best.error <= whole * TOLERANCE) return best.place;
  throw new UserError(
    `the log of executed instructions has no batch whose readings of the clock agree with the introspector's: the nearest differs by ${best.error} of ${whole} ticks`,
    { kind: 'skipped' },
  );
}

/**
 * What was executed in each span. In a unikernel, what calls is the program, and what it calls is Xen.
 * @throws UserError of kind `skipped` when log and clock do not agree
 */
export function executedIn(
  spans: readonly Span[],
  intervals: readonly Executed[],
  arm: Arm,
): Amounts[] {
  const readings = readingsOf(spans);
  const ticks = readings.slice(1).map((reading, i) => Number(reading - (readings[i] as bigint)));
  const first = placeIn(intervals, ticks);
  const places = new Map(readings.map((reading, i) => [reading, first + i]));
  return spans.map(({ from, to }) => {
    if (from === to) return new Map();
    const { xen, kernel, program, programCalls } = intervals[
      places.get(from) as number
    ] as Executed;
    return new Map([
      ['clock', Number(to - from)],
      ['xen', xen],
      ['kernel', kernel],
      ['program', program],
      ...(arm.startsWith('dom0') ? [['system-calls', programCalls] as const] : []),
    ]);
  });
}
