/**
 * What the runner has to know of a benchmark: how it is measured, and what else must be refused.
 */
import type { Domain, Guest } from '../../infra/testbed.ts';
import type { Introspector } from './introspector.ts';
import type { TargetRegion } from './outcome.ts';
import type { Attempt } from './refusals.ts';
import type { RunState } from './state.ts';

/** Lets a paused target run for a while. It is paused again, or not, when the run ends. */
export interface TargetPause {
  off(): Promise<void>;
  on(): Promise<void>;
}

/** A paused target with what it reported. */
export interface ReadyTarget {
  domain: Guest;
  region: TargetRegion;
  pause: TargetPause;
  /**
   * Of a guest that is not ours, to be called after each measurement.
   * @param meanwhile whether the measurement let it run
   * @throws UserError when its owner did something with it by which it is no measurement of one guest
   */
  demandUndisturbed?(meanwhile?: { ran: boolean }): Promise<void>;
  /** The last lines of its console. */
  tail(): readonly string[];
}

/** A domain that can be asked. */
export interface AskedDomain {
  introspector: Introspector;
  domain: Domain;
}

/** What stands ready when a benchmark is measured. */
export interface Stage {
  /** The benchmark's own target, paused. */
  target: ReadyTarget;
  /** The Mini-OS domain with the read-only label. */
  introspector: AskedDomain;
}

/** One benchmark's part of a run. */
export interface BenchmarkRunner<P> {
  /** Why this testbed cannot answer; undefined when it can. */
  unable?(plan: P): string | undefined;
  /** Runs all jobs of the plan; leaves the target paused. */
  measure(run: RunState, plan: P, stage: Stage): Promise<void>;
  /** Requests that must be refused because of this benchmark, beside those of every run. */
  attempts?(stage: Stage): Attempt[];
}
