/**
 * From options to a plan: everything that will be run, in order, before anything is started.
 */
import { findBenchmark } from '../../bench/registry.ts';
import type { Arm, CacheState } from '../../bench/words.ts';
import type { DomainSpec, PageSize } from '../../infra/testbed.ts';
import type { RunOptions } from './options.ts';
import { blockOrder } from './order.ts';
import { seededRandom } from './prng.ts';

/** One job of the measurement: one arm, one state, `warmup` + `repeat` passes over all pages. */
export interface PlannedJob {
  /** Place in the run, from 0. */
  order: number;
  /** Block, from 0. */
  block: number;
  arm: Arm;
  state: CacheState;
}

/** A whole run, as data. */
export interface Plan {
  options: RunOptions;
  workload: string;
  /** Levels that every walk must have read: 4, 3 or 2 for 4 KiB, 2 MiB or 1 GiB pages. */
  depth: number;
  /** Batches in one pass over all pages; the last may be shorter. */
  batches: number;
  jobs: PlannedJob[];
  domains: PlannedDomains;
}

/** A domain of this role. */
type SpecOf<Role extends DomainSpec['role']> = Extract<DomainSpec, { role: Role }>;

/** The four domains of every run, in the order of their creation. */
export interface PlannedDomains {
  target: SpecOf<'target'>;
  introspector: SpecOf<'introspector'>;
  bystander: SpecOf<'bystander'>;
  unlabelled: SpecOf<'unlabelled'>;
}

const DEPTHS: Readonly<Record<PageSize, number>> = { '4k': 4, '2m': 3, '1g': 2 };

/** Pages of one batch of a pass. */
export function pagesOfBatch(options: { pages: number; batch: number }, batch: number): number {
  return Math.min(options.batch, options.pages - batch * options.batch);
}

function domainsFor({ target, pages, batch, pageSize, seed }: RunOptions): PlannedDomains {
  return {
    target: { role: 'target', name: 'tv-target', type: target, pages, batch, pageSize, seed },
    introspector: { role: 'introspector', name: 'tv-introspector' },
    bystander: { role: 'bystander', name: 'tv-bystander' },
    unlabelled: { role: 'unlabelled', name: 'tv-unlabelled' },
  };
}

/** The plan for these options. The same options give the same plan. */
export function makePlan(options: RunOptions): Plan {
  const benchmark = findBenchmark(options.benchmark);
  if (benchmark === undefined) throw new Error(`no benchmark ${options.benchmark}`);
  const random = seededRandom(options.seed);
  const jobs: PlannedJob[] = [];
  for (let block = 0; block < options.blocks; block++) {
    for (const { arm, state } of blockOrder(options.arms, options.states, random)) {
      jobs.push({ order: jobs.length, block, arm, state });
    }
  }
  return {
    options,
    workload: benchmark.workload,
    depth: DEPTHS[options.pageSize],
    batches: Math.ceil(options.pages / options.batch),
    jobs,
    domains: domainsFor(options),
  };
}
