/**
 * Observations: single facts that a benchmark finds out, as opposed to samples of pages or events.
 */
import type { BenchmarkId } from '../../bench/registry.ts';
import type { Arm, State, Unit } from '../../bench/words.ts';
import type { Creation } from '../plan/plan.ts';
import type { ObservedPlan } from '../plan/suite.ts';
import type { ReadyTarget } from './benchmark.ts';
import type { RunState } from './state.ts';

/** One fact about an arm. */
export interface Observation {
  arm: Arm;
  /** What is looked at, of the benchmark's own words. */
  state: State;
  /** Part of it, of the benchmark's phases. */
  phase: string;
  unit: Unit;
  /** Not below zero. */
  value: number;
  /** Number of this finding of the same fact in one place, from 0. */
  repeat: number;
  /** Where it comes from; empty when the benchmark says it. */
  detail: string;
}

/** A fact with the creation that it was found in; absent: the only one. */
export type PlacedObservation = Observation & { boot?: number; domain?: string };

/** What a benchmark found out in one creation, all of it at once. */
export interface RecordedObservations extends Creation {
  benchmark: BenchmarkId;
  /** Place of the creation in the plan, from 0. */
  order: number;
  observations: readonly Observation[];
}

/** What the runner has to know of a benchmark that observes. */
export interface Observer<P extends ObservedPlan = ObservedPlan> {
  /** Whether the testbed has to be up. Without it, only this machine is looked at. */
  needsTestbed(plan: P): boolean;
  /** What it finds is the same in every creation, so that the first one of the plan is enough. */
  once: boolean;
  /** Why this testbed cannot answer; undefined when it can. */
  unable?(plan: P): string | undefined;
  /**
   * Finds everything out. Domains that it creates through the run are destroyed after it; what it
   * cannot find out goes to the run's `skipped` with the reason.
   * @param target the one of the plan, ready and paused; undefined when the plan has none
   * @throws UserError when it breaks off: nothing of it is recorded then
   */
  observe(run: RunState, plan: P, target?: ReadyTarget): Promise<Observation[]>;
}
