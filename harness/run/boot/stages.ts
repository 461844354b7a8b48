/**
 * From the readings of one start to its observations: stages in their order, each from one point to
 * the next. Pure.
 */
import type { Arm, Unit } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import { type LifeStamps, STAMP_FIELDS } from '../../protocol/records.ts';
import type { Observation } from '../observation.ts';

/** What is known of one start. Clocks are the host's counter. */
export interface Start {
  arm: Arm;
  repeat: number;
  stamps: LifeStamps['at'];
  /** Just before it was let run: the domain unpaused. Undefined for a process. */
  released?: bigint;
  /** Read in Dom0 once the answer was there. */
  seen: bigint;
  /** Nanoseconds that the domain's vcpu had run by then. Undefined for a process. */
  ownNs?: bigint;
  /** Nanoseconds that Dom0 ran while the domain was built. Undefined for a process. */
  buildNs?: bigint;
  /** Milliseconds from the order to create it to its answer, on this machine. */
  wallMs: number;
  /** Ticks of the counter a second. */
  frequency: number;
}

const NS = 1e9;

/** Name of each stage by the points between which it is. */
const STAGES = [
  ['kernel', 'first', 'entered'],
  ['introspector', 'entered', 'ready'],
  ['job', 'ready', 'asked'],
  ['page', 'asked', 'read'],
  ['answer', 'read', 'answered'],
] as const satisfies readonly [string, keyof LifeStamps['at'], keyof LifeStamps['at']][];

/**
 * The readings of Dom0 and of the introspector must follow each other: they are of one counter.
 * @throws UserError that names the first that does not
 */
export function checkOrder({ arm, stamps, released, seen }: Start): void {
  const points: [string, bigint][] = [
    ...(released === undefined ? [] : [['released by Dom0', released] as [string, bigint]]),
    ...STAMP_FIELDS.map((name): [string, bigint] => [name, stamps[name]]),
    ['seen by Dom0', seen],
  ];
  for (const [index, [name, at]] of points.entries()) {
    const [before, earlier] = points[index - 1] ?? [name, at];
    if (at < earlier) {
      throw new UserError(
        `${arm}: "${name}" (${at}) is before "${before}" (${earlier}): Dom0 and the introspector do not read one counter.`,
        { advice: 'Put tsc_mode="native" into every domain\'s config.' },
      );
    }
  }
}

/**
 * The observations of a start.
 * @param unit of ticks of the counter
 * @throws UserError when its readings do not follow each other
 */
export function observationsOfStart(start: Start, unit: Unit): Observation[] {
  checkOrder(start);
  const { arm, repeat, stamps, released, ownNs, buildNs, frequency, wallMs } = start;
  const fact = { arm, state: 'first-page', unit, repeat, detail: '' } as const;
  const ticksOf = (ns: bigint) => Math.round((Number(ns) * frequency) / NS);
  const between = (from: bigint, to: bigint) => Number(to - from);
  return [
    { ...fact, phase: 'boot', value: between(stamps.first, stamps.answered) },
    ...(ownNs === undefined ? [] : [{ ...fact, phase: 'own', value: ticksOf(ownNs) }]),
    ...(buildNs === undefined ? [] : [{ ...fact, phase: 'build', value: ticksOf(buildNs) }]),
    ...(released === undefined
      ? []
      : [{ ...fact, phase: 'start', value: between(released, stamps.first) }]),
    ...STAGES.map(([phase, from, to]) => ({
      ...fact,
      phase,
      value: between(stamps[from], stamps[to]),
    })),
    { ...fact, phase: 'wall', unit: 'ns' as const, value: Math.round(wallMs * 1e6) },
  ];
}
