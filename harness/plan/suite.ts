/**
 * From what a user wrote to the plans of a run: one for each benchmark, in one boot of a testbed.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { BENCHMARKS, type BenchmarkId } from '../../bench/registry.ts';
import type { State } from '../../bench/words.ts';
import type { DomainSpec } from '../../infra/testbed.ts';
import { type AnatomyPlan, makeAnatomyPlan } from './anatomy/plan.ts';
import { type BootPlan, makeBootPlan } from './boot/plan.ts';
import { type CodeSizePlan, makeCodeSizePlan } from './code-size/plan.ts';
import { type DensityPlan, makeDensityPlan } from './density/plan.ts';
import { resolveEventsOptions } from './events/options.ts';
import { type EventsPlan, makeEventsPlan } from './events/plan.ts';
import { type FootprintPlan, makeFootprintPlan } from './footprint/plan.ts';
import { resolveGuestEventsOptions } from './guest-events/options.ts';
import { type GuestEventsPlan, makeGuestEventsPlan } from './guest-events/plan.ts';
import { COMMON_CHOICES, type RawRunOptions, targetKind, wantedArms } from './options.ts';
import { resolveOptions } from './page-walk/options.ts';
import { makePlan, type PageWalkPlan } from './page-walk/plan.ts';
import { twinOf } from './plan.ts';
import { someOf, usage } from './values.ts';

/** A plan of a benchmark that takes samples. `benchmark` tells which. */
export type SampledPlan = PageWalkPlan | EventsPlan | GuestEventsPlan;

/** A plan of a benchmark that finds out single facts. `benchmark` tells which. */
export type ObservedPlan = AnatomyPlan | CodeSizePlan | BootPlan | FootprintPlan | DensityPlan;

/** A benchmark's plan. */
export type Plan = SampledPlan | ObservedPlan;

/** Whether a plan takes samples, for which the runner makes domains ready. */
export function isSampled(plan: Plan): plan is SampledPlan {
  return 'domains' in plan;
}

/** Plans of a run, at least one, in the order in which they are run. */
export type Suite = readonly [Plan, ...Plan[]];

const PLANNERS: Readonly<Record<BenchmarkId, (raw: RawRunOptions) => Plan>> = {
  'page-walk': (raw) => makePlan(resolveOptions(raw)),
  events: (raw) => makeEventsPlan(resolveEventsOptions(raw)),
  'guest-events': (raw) => makeGuestEventsPlan(resolveGuestEventsOptions(raw)),
  anatomy: makeAnatomyPlan,
  'code-size': makeCodeSizePlan,
  boot: makeBootPlan,
  footprint: makeFootprintPlan,
  density: makeDensityPlan,
};

/**
 * Benchmarks of a guest that is not ours, by what the user named: it is read, and its events are
 * listened to where that is allowed.
 * @throws UserError of kind `usage` for what does more, or what cannot be had together
 */
function benchmarksOfGuest({
  target,
  bench,
  allowEvents,
  allowPause,
}: RawRunOptions): BenchmarkId[] {
  const usual = ['page-walk', ...(allowEvents ? ['events'] : [])];
  const asked = someOf('--bench', COMMON_CHOICES.bench, bench ?? usual);
  const other = asked.find((id) => !usual.includes(id));
  if (other !== undefined) {
    throw usage(
      `--target ${target}: a guest that is not ours is read, and benchmark ${other} does more than that.`,
      other === 'events'
        ? 'Allow it to listen with --allow-events, and read in docs/real-hosts.md what that does to the guest; or use --bench page-walk, or a target of ours.'
        : 'Use --bench page-walk, or a target of ours.',
    );
  }
  if (allowEvents && allowPause) {
    throw usage(
      '--allow-events --allow-pause: a guest that stands still makes no events.',
      'Run twice, with one of them each.',
    );
  }
  return asked.map(
    (id) => BENCHMARKS.find(({ standsFor }) => standsFor === id)?.id ?? (id as BenchmarkId),
  );
}

/** Benchmarks that the user means. @throws UserError of kind `usage` */
function askedBenchmarks(raw: RawRunOptions): BenchmarkId[] {
  if (targetKind(raw.target) === 'existing') return benchmarksOfGuest(raw);
  if (raw.allowEvents) {
    throw usage(
      '--allow-events is about a guest of the host.',
      'Name it: --target <name or id>. A target of ours is listened to anyway.',
    );
  }
  return someOf('--bench', COMMON_CHOICES.bench, raw.bench);
}

/**
 * The plans for these options: of the benchmarks that were asked for, or of all. When states or
 * arms are asked for, benchmarks that have none of them are left out; in A/A, those without samples.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeSuite(raw: RawRunOptions): Suite {
  const asked = askedBenchmarks(raw);
  const benchmarks: readonly Benchmark<BenchmarkId>[] = BENCHMARKS.filter(
    ({ id, kind }) => asked.includes(id) && !(raw.aa && kind === 'observations'),
  );
  if (benchmarks.length === 0) {
    throw usage(
      `--aa compares samples, and ${asked.join(', ')} takes none.`,
      'Leave out --aa, or name a benchmark that measures again and again.',
    );
  }
  const known = benchmarks.flatMap(({ states }) => states);
  const wanted = new Set<State>(someOf('--state', known, raw.state));
  const placed = wantedArms(benchmarks, raw);
  if (raw.miniosImage !== undefined && !placed.includes('minios-own')) {
    throw usage(
      '--minios-image is of the arm minios-own, which is not measured.',
      'Leave it out, or measure that arm: --bench page-walk --arm minios-own.',
    );
  }
  const [first, ...others] = benchmarks.flatMap(({ id, arms, furtherArms = [], states }) => {
    const arm = placed.filter((name) => arms.includes(name) || furtherArms.includes(name));
    const state = states.filter((name) => wanted.has(name));
    if (arm.length === 0 || state.length === 0) return [];
    return [PLANNERS[id]({ ...raw, arm, state })];
  });
  if (first === undefined) {
    throw usage(
      'No benchmark has both an arm and a state of those.',
      'tinyvmi-bench run --help lists the states of each benchmark.',
    );
  }
  const suite: Suite = [first, ...others];
  demandRatio(suite);
  return suite;
}

/**
 * Makes sure that there is a ratio of arms to go by.
 * @throws UserError of kind `usage`
 */
function demandRatio(suite: Suite): void {
  if (suite[0].options.until === undefined) return;
  if (suite.some((plan) => isSampled(plan) && plan.options.arms.length > 1)) return;
  throw usage(
    '--until is about ratios of arms, and nothing is measured of which there is one.',
    'Name a benchmark that samples, with two arms: --bench page-walk',
  );
}

/** The plan as it is with so many units of the level that grew: those at its beginning. */
export function shortened(plan: Plan, units: number): Plan {
  const { until } = plan.options;
  if (until === undefined) return plan;
  const changed = { [until.level]: units };
  switch (plan.benchmark) {
    case 'page-walk':
      return makePlan({ ...plan.options, ...changed });
    case 'events':
      return makeEventsPlan({ ...plan.options, ...changed });
    case 'guest-events':
      return makeGuestEventsPlan({ ...plan.options, ...changed });
    default:
      return { ...plan, options: { ...plan.options, ...changed } } as Plan;
  }
}

/**
 * Domains of a suite by name that there can be at once, at most: benchmarks that observe have their
 * turns one after the other. In A/A each introspector has a twin.
 */
export function domainsOf(suite: readonly Plan[]): DomainSpec[] {
  const planned = suite
    .filter(isSampled)
    .flatMap(({ domains, options }): DomainSpec[] =>
      Object.values(domains).filter(
        ({ role }) => role !== 'target' || options.target !== 'existing',
      ),
    );
  const specs = suite[0]?.options.aa
    ? planned.flatMap((spec): DomainSpec[] =>
        spec.role === 'introspector' ? [spec, twinOf(spec)] : [spec],
      )
    : planned;
  const observed = suite.filter((plan) => !isSampled(plan));
  const shared = observed.flatMap(({ target }) => target ?? []);
  const turns = observed.flatMap(({ atOnce = [] }) => atOnce);
  return [...new Map([...specs, ...shared, ...turns].map((spec) => [spec.name, spec])).values()];
}
