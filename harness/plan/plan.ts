/**
 * Plans: everything that will be run, in order, before anything is started.
 */
import type { Arm, State } from '../../bench/words.ts';
import type { DomainSpec } from '../../infra/testbed.ts';
import type { CommonOptions } from './options.ts';
import { blockOrder } from './order.ts';
import { seededRandom } from './prng.ts';

/** One job of the measurement: one arm in one state. */
export interface PlannedJob<S extends State = State> {
  /** Place in the benchmark, from 0. */
  order: number;
  /** Block, from 0. */
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
}

/** All jobs of a benchmark, block by block, in the order that its seed gives. */
export function orderJobs<S extends State>(options: CommonOptions & { states: S[] }) {
  const random = seededRandom(options.seed);
  const jobs: PlannedJob<S>[] = [];
  for (let block = 0; block < options.blocks; block++) {
    for (const { arm, state } of blockOrder(options.arms, options.states, random)) {
      jobs.push({ order: jobs.length, block, arm, state });
    }
  }
  return jobs;
}

/** Names of the domains that every run has beside its target. */
export const OTHER_DOMAINS = {
  introspector: { role: 'introspector', name: 'tv-introspector' },
  bystander: { role: 'bystander', name: 'tv-bystander' },
  unlabelled: { role: 'unlabelled', name: 'tv-unlabelled' },
} as const satisfies Partial<PlannedDomains>;
