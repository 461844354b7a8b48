/**
 * From what a user wrote to the plans of a run: one for each benchmark, in one boot of a testbed.
 */
import { BENCHMARKS, type BenchmarkId } from '../../bench/registry.ts';
import type { State } from '../../bench/words.ts';
import type { DomainSpec } from '../../infra/testbed.ts';
import { resolveEventsOptions } from './events/options.ts';
import { type EventsPlan, makeEventsPlan } from './events/plan.ts';
import { COMMON_CHOICES, type RawRunOptions, targetKind } from './options.ts';
import { resolveOptions } from './page-walk/options.ts';
import { makePlan, type PageWalkPlan } from './page-walk/plan.ts';
import { twinOf } from './plan.ts';
import { someOf, usage } from './values.ts';

/** A benchmark's plan. `benchmark` tells which. */
export type Plan = PageWalkPlan | EventsPlan;

/** Plans of a run, at least one, in the order in which they are run. */
export type Suite = readonly [Plan, ...Plan[]];

const PLANNERS: Readonly<Record<BenchmarkId, (raw: RawRunOptions) => Plan>> = {
  'page-walk': (raw) => makePlan(resolveOptions(raw)),
  events: (raw) => makeEventsPlan(resolveEventsOptions(raw)),
};

/**
 * The plans for these options: of the benchmarks that were asked for, or of all. When states are
 * asked for, benchmarks that have none of them are left out.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeSuite(raw: RawRunOptions): Suite {
  const existing = targetKind(raw.target) === 'existing';
  const asked = someOf(
    '--bench',
    COMMON_CHOICES.bench,
    raw.bench ?? (existing ? ['page-walk'] : undefined),
  );
  const other = existing ? asked.find((id) => id !== 'page-walk') : undefined;
  if (other !== undefined) {
    throw usage(
      `--target ${raw.target}: a guest that is not ours is read, and benchmark ${other} does more than that.`,
      'Use --bench page-walk, or a target of ours.',
    );
  }
  const benchmarks = BENCHMARKS.filter(({ id }) => asked.includes(id));
  const known = benchmarks.flatMap(({ states }) => states);
  const wanted = new Set<State>(someOf('--state', known, raw.state));
  const [first, ...others] = benchmarks.flatMap(({ id, states }) => {
    const state = states.filter((name) => wanted.has(name));
    return state.length === 0 ? [] : [PLANNERS[id]({ ...raw, state })];
  });
  if (first === undefined) throw new Error('a suite without a benchmark');
  return [first, ...others];
}

/** Domains of a suite by name, each once; in A/A each introspector has a twin. */
export function domainsOf(suite: Suite): DomainSpec[] {
  const planned = suite.flatMap(({ domains, options }): DomainSpec[] =>
    Object.values(domains).filter(({ role }) => role !== 'target' || options.target !== 'existing'),
  );
  const specs = suite[0].options.aa
    ? planned.flatMap((spec): DomainSpec[] =>
        spec.role === 'introspector' ? [spec, twinOf(spec)] : [spec],
      )
    : planned;
  return [...new Map(specs.map((spec) => [spec.name, spec])).values()];
}
