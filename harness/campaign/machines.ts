/**
 * On how many machines a run takes place: benchmarks that share one, and those that have one each. What
 * is measured depends on it, and so it never depends on how many of them are up at once.
 */
import { findBenchmark } from '../../bench/registry.ts';
import type { Plan, Suite } from '../plan/suite.ts';
import { boots } from '../run/runners.ts';

/** How a run's testbed comes up, as far as the number of its machines depends on it. */
export interface Start {
  /** Whether a machine is ready within seconds, so that each benchmark can have its own. */
  quick: boolean;
  /** Whether machines at the same time were asked for. */
  asked: boolean;
}

/**
 * The machines of a run on a testbed of which there can be several: for each the plans that are run on
 * it, in the order of the plans. One benchmark, one machine where machines are quick to come up, or where
 * that was asked for; else one machine for all.
 */
export function machinesOf(suite: Suite, { quick, asked }: Start): readonly Suite[] {
  return quick || asked ? suite.map((plan): Suite => [plan]) : [suite];
}

/** A machine with its place among those of the run. */
export interface NamedMachine {
  /** That of its benchmark; undefined when it is the run's only one. */
  name: string | undefined;
  plans: Suite;
}

/** The machines with their names. */
export function namedMachines(machines: readonly Suite[]): NamedMachine[] {
  return machines.map((plans) => ({
    name: machines.length > 1 ? plans[0].benchmark : undefined,
    plans,
  }));
}

/** Whether a machine has to be booted for these plans. Else they are found out beside all others. */
export function needsMachine(plans: Suite): boolean {
  return plans.some(boots);
}

/** Seconds that plans take on a machine that is up, near enough to begin with the longest. */
export function expectedSeconds(plans: Suite): number {
  const secondsOf = ({ benchmark }: Plan) => findBenchmark(benchmark)?.expectedSeconds ?? 0;
  return plans.reduce((sum, plan) => sum + secondsOf(plan), 0);
}
