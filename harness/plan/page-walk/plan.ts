/**
 * The plan of a page-walk.
 */
import { pageWalk } from '../../../bench/page-walk/index.ts';
import type { CacheState } from '../../../bench/words.ts';
import type { PageSize } from '../../../infra/testbed.ts';
import { OTHER_DOMAINS, orderJobs, type PlannedDomains, type PlannedJob } from '../plan.ts';
import type { PageWalkOptions } from './options.ts';

/** A page-walk, as data. A job is `warmup` + `repeat` passes over all pages. */
export interface PageWalkPlan {
  benchmark: 'page-walk';
  options: PageWalkOptions;
  workload: string;
  /** Levels that every walk must have read: 4, 3 or 2 for 4 KiB, 2 MiB or 1 GiB pages. */
  depth: number;
  /** Batches in one pass over all pages; the last may be shorter. */
  batches: number;
  jobs: PlannedJob<CacheState>[];
  domains: PlannedDomains;
}

const DEPTHS: Readonly<Record<PageSize, number>> = { '4k': 4, '2m': 3, '1g': 2 };

/** Pages of one batch of a pass. */
export function pagesOfBatch(options: { pages: number; batch: number }, batch: number): number {
  return Math.min(options.batch, options.pages - batch * options.batch);
}

/** The plan for these options. The same options give the same plan. */
export function makePlan(options: PageWalkOptions): PageWalkPlan {
  const { target: type, pages, batch, pageSize, seed } = options;
  return {
    benchmark: 'page-walk',
    options,
    workload: pageWalk.workload,
    depth: DEPTHS[pageSize],
    batches: Math.ceil(pages / batch),
    jobs: orderJobs(options),
    domains: {
      target: { role: 'target', name: 'tv-target', type, pages, batch, pageSize, seed },
      ...OTHER_DOMAINS,
    },
  };
}
