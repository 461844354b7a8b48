/**
 * How large a change must be to count. Below it, two results count as equivalent.
 *
 * Where instructions are counted, the margins are half of the changes that a gate has to notice, 1 %
 * in Mini-OS and 3 % in Dom0. That is well above what A/A comparisons on the emulated testbed need for
 * no false alarm (results/baselines/false-alarms.json), and what slowdowns made on purpose leave room
 * for (results/baselines/sensitivity.json); tests hold the margins to both files.
 */
import { isExact } from '../../bench/words.ts';
import { CLOCK_KEYS, type Identity } from '../../results/identity.ts';

/** Margins by arm where instructions are counted, as a part of the reference: 0.005 is 0.5 %. */
const COUNTED: Readonly<Record<string, number>> = { minios: 0.005 };

/** For arms that are not listed. */
const COUNTED_OTHERS = 0.015;

/** On the wall clock, until A/A runs of that host say otherwise. */
const WALL = 0.05;

/** Of sizes and counts, whatever the clock. */
const EXACT = 0.01;

/** The margin for an arm of results with this identity, in this unit. */
export function defaultMargin(arm: string, identity: Identity, unit = 'instructions'): number {
  if (isExact(unit)) return EXACT;
  if (!(identity[CLOCK_KEYS] ?? '').startsWith('counted')) return WALL;
  return COUNTED[arm] ?? COUNTED_OTHERS;
}

/** A margin for some of what is compared. */
export interface MarginRule {
  /** Names of benchmarks, arms or states, all of which it is for; empty: for everything. */
  names: readonly string[];
  /** As a part of the reference: 0.01 is 1 %. */
  margin: number;
}

/** The margin that rules give a row, the most particular first, later ones before earlier ones. */
export function ruledMargin(
  rules: readonly MarginRule[],
  { benchmark, arm, state }: { benchmark: string; arm: string; state: string },
): number | undefined {
  const own = [benchmark, arm, state];
  const fitting = rules.filter(({ names }) => names.every((name) => own.includes(name)));
  return [...fitting].reverse().sort((a, b) => b.names.length - a.names.length)[0]?.margin;
}
