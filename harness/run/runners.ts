/** Who runs which benchmark. */
import { isSampled, type ObservedPlan, type Plan, type SampledPlan } from '../plan/suite.ts';
import { observeAnatomy } from './anatomy/observe.ts';
import type { BenchmarkRunner } from './benchmark.ts';
import { observeBoot } from './boot/observe.ts';
import { observeCodeSize } from './code-size/observe.ts';
import { observeDensity } from './density/observe.ts';
import { runEvents } from './events/measure.ts';
import { observeFootprint } from './footprint/observe.ts';
import { runGuestEvents } from './guest-events/measure.ts';
import type { Observer } from './observation.ts';
import { runPageWalk } from './page-walk/measure.ts';

const RUNNERS: Readonly<{
  [Id in SampledPlan['benchmark']]: BenchmarkRunner<Extract<SampledPlan, { benchmark: Id }>>;
}> = { 'page-walk': runPageWalk, events: runEvents, 'guest-events': runGuestEvents };

const OBSERVERS: Readonly<{
  [Id in ObservedPlan['benchmark']]: Observer<Extract<ObservedPlan, { benchmark: Id }>>;
}> = {
  anatomy: observeAnatomy,
  'code-size': observeCodeSize,
  boot: observeBoot,
  footprint: observeFootprint,
  density: observeDensity,
};

/** Of a benchmark that takes samples. */
export function runnerOf(plan: SampledPlan): BenchmarkRunner<SampledPlan> {
  return RUNNERS[plan.benchmark] as BenchmarkRunner<SampledPlan>;
}

/** Of one that observes facts. */
export function observerOf(plan: ObservedPlan): Observer {
  return OBSERVERS[plan.benchmark] as Observer;
}

/** Whether a plan needs the testbed to be up. */
export function boots(plan: Plan): boolean {
  return isSampled(plan) || observerOf(plan).needsTestbed(plan);
}
