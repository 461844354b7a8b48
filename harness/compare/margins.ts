/**
 * How large a change must be to count. Below it, two results count as equivalent.
 *
 * These are provisional: from how medians repeat across boots of the emulated testbed (exactly for
 * a unikernel, within 0.8 % for Dom0). `marginsFromPairs` (gate/false-alarms.ts) takes them from A/A runs.
 */
import { CLOCK_KEYS, type Identity } from '../../results/identity.ts';

/** Margins by arm where instructions are counted, as a part of the reference: 0.005 is 0.5 %. */
const COUNTED: Readonly<Record<string, number>> = { minios: 0.005 };

/** For arms that are not listed. */
const COUNTED_OTHERS = 0.015;

/** On the wall clock, until A/A runs of that host say otherwise. */
const WALL = 0.05;

/** The margin for an arm of results with this identity. */
export function defaultMargin(arm: string, identity: Identity): number {
  if (!(identity[CLOCK_KEYS] ?? '').startsWith('counted')) return WALL;
  return COUNTED[arm] ?? COUNTED_OTHERS;
}
