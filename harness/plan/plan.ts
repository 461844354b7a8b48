/**
 * Plans: everything that will be run, in order, before anything is started.
 */
import type { Arm, PageState, State } from '../../bench/words.ts';
import type { DomainSpec, GuestType } from '../../infra/testbed.ts';
import type { CommonOptions } from './options.ts';
import { blockOrder, type Turn } from './order.ts';
import { seededRandom } from './prng.ts';

/** One creation of all domains, in one life of the testbed: where a job belongs. */
export interface Creation {
  /** Life of the testbed, from 0. */
  boot: number;
  /** Creation in that life, from 0. */
  domain: number;
}

/** One job of the measurement: one arm in one state. */
export interface PlannedJob<S extends State | PageState = State | PageState> extends Creation {
  /** Place in the benchmark, from 0. */
  order: number;
  /** Block, from 0 over all creations; of a job before the blocks, the one that follows it. */
  block: number;
  arm: Arm;
  state: S;
}

/** A domain of this role. */
export type SpecOf<Role extends DomainSpec['role']> = Extract<DomainSpec, { role: Role }>;

/** The domains of every run, in the order of their creation. */
export interface PlannedDomains {
  target: SpecOf<'target'>;
  introspector: SpecOf<'introspector'>;
  bystander: SpecOf<'bystander'>;
  unlabelled: SpecOf<'unlabelled'>;
  /** Of arm `minios-own`. */
  own?: SpecOf<'introspector'>;
}

/** A plan of observations: it has no jobs, and its domains, if any, are its own business. */
export interface ObservingPlan<Options extends CommonOptions> {
  benchmark: Options['benchmark'];
  options: Options;
  jobs: readonly never[];
  /** A paused target that it only reads, shared with benchmarks that have the same. */
  target?: SpecOf<'target'>;
  /** Domains that it creates and needs at once, for the memory of the host. */
  atOnce?: readonly DomainSpec[];
  /** What tells it: the host's probe, or Xen's trace. Not every host has one, or may be asked for it. */
  needs?: 'probe' | 'trace';
}

/** All creations of a plan, in their order. */
export function creationsOf({ boots, domains }: Pick<CommonOptions, 'boots' | 'domains'>) {
  return Array.from(
    { length: boots * domains },
    (_, index): Creation => ({ boot: Math.floor(index / domains), domain: index % domains }),
  );
}

/** Blocks of a plan, over all creations. */
export function blocksOf({ boots, domains, blocks }: CommonOptions): number {
  return boots * domains * blocks;
}

/** Whether two creations are the same. */
export function sameCreation(a: Creation, b: Creation): boolean {
  return a.boot === b.boot && a.domain === b.domain;
}

/**
 * All jobs of a benchmark, creation by creation and block by block, in the order that its seed gives.
 * @param before jobs at the start of each creation, in their order
 */
export function orderJobs<S extends State, Before extends State | PageState = never>(
  options: CommonOptions & { states: S[] },
  before: readonly Turn<Arm, Before>[] = [],
): PlannedJob<S | Before>[] {
  const random = seededRandom(options.seed);
  const jobs: PlannedJob<S | Before>[] = [];
  for (const [index, creation] of creationsOf(options).entries()) {
    const first = index * options.blocks;
    const add = (block: number, { arm, state }: Turn<Arm, S | Before>) =>
      jobs.push({ order: jobs.length, ...creation, block, arm, state });
    for (const turn of before) add(first, turn);
    for (let block = first; block < first + options.blocks; block++) {
      for (const turn of blockOrder(options.arms, options.states, random)) add(block, turn);
    }
  }
  return jobs;
}

/** Kind of the target that a plan makes, if it makes one. */
export function kindToMake(target: CommonOptions['target']): GuestType {
  return target === 'existing' ? 'pvh' : target;
}

/** A second domain like the first, for A/A. */
export function twinOf<Spec extends DomainSpec>(spec: Spec): Spec {
  return { ...spec, name: `${spec.name}-again` };
}

/** The domain that boots a Mini-OS image of the user's own. */
export const OWN_INTROSPECTOR = {
  role: 'introspector',
  name: 'tv-own-image',
  kernel: 'own',
} as const satisfies SpecOf<'introspector'>;

/** Names of the domains that every run has beside its target. */
export const OTHER_DOMAINS = {
  introspector: { role: 'introspector', name: 'tv-introspector' },
  bystander: { role: 'bystander', name: 'tv-bystander' },
  unlabelled: { role: 'unlabelled', name: 'tv-unlabelled' },
} as const satisfies Partial<PlannedDomains>;
