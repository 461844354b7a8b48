/**
 * The plan of a page-walk.
 */
import { pageWalk } from '../../../bench/page-walk/index.ts';
import type { PageState } from '../../../bench/words.ts';
import type { PageSize } from '../../../infra/testbed.ts';
import type { RawRunOptions } from '../options.ts';
import {
  kindToMake,
  OTHER_DOMAINS,
  OWN_INTROSPECTOR,
  type PlannedDomains,
  PlannedJobs,
} from '../plan.ts';
import { type PageWalkOptions, resolveOptions } from './options.ts';

/**
 * A page-walk, as data. A job is `warmup` + `repeat` passes over all pages; one by protocol
 * `seed-2018` is a single pass over the first batch.
 */
export interface PageWalkPlan {
  benchmark: 'page-walk';
  options: PageWalkOptions;
  workload: string;
  /** Levels that every walk must have read: 4, 3 or 2 for 4 KiB, 2 MiB or 1 GiB pages. */
  depth: number;
  jobs: PlannedJobs<PageState>;
  /** `target` is made unless the options name a guest of the host. */
  domains: PlannedDomains;
}

const DEPTHS: Readonly<Record<PageSize, number>> = { '4k': 4, '2m': 3, '1g': 2 };

/** Pages of one batch of a pass. */
export function pagesOfBatch(options: { pages: number; batch: number }, batch: number): number {
  return Math.min(options.batch, options.pages - batch * options.batch);
}

/** Jobs by protocol `seed-2018`: one an arm, one after the other. */
function seedTurns({ arms, protocols }: PageWalkOptions) {
  if (!protocols.includes('seed-2018')) return [];
  return arms.map((arm) => ({ arm, state: 'seed-2018' as const }));
}

/** Passes of a job: those that are recorded as warm-up, and the others. */
export interface Passes {
  pages: number;
  batch: number;
  repeat: number;
  warmup: number;
}

/** What a job of the plan does. */
export function passesOf({ options }: PageWalkPlan, state: PageState): Passes {
  const { pages, batch, repeat, warmup } = options;
  if (state !== 'seed-2018') return { pages, batch, repeat, warmup };
  return { pages: Math.min(pages, batch), batch, repeat: 1, warmup: 0 };
}

/** Batches of a job, warm-up included. */
export function batchesOf({ pages, batch, repeat, warmup }: Passes): number {
  return (warmup + repeat) * Math.ceil(pages / batch);
}

/** The plan for these options. The same options give the same plan. */
export function makePlan(options: PageWalkOptions): PageWalkPlan {
  const { target, pages, batch, pageSize, seed } = options;
  const type = kindToMake(target);
  return {
    benchmark: 'page-walk',
    options,
    workload: pageWalk.workload,
    depth: DEPTHS[pageSize],
    jobs: new PlannedJobs({ ...options, before: seedTurns(options) }),
    domains: {
      target: { role: 'target', name: 'tv-target', type, pages, batch, pageSize, seed },
      ...OTHER_DOMAINS,
      ...(options.arms.includes('minios-own') ? { own: OWN_INTROSPECTOR } : {}),
    },
  };
}

/** The page-walk that a benchmark of other things does with these options: every arm's and state's. */
export function makePageWalkPlan(raw: RawRunOptions): PageWalkPlan {
  return makePlan(
    resolveOptions({ ...raw, arm: undefined, state: undefined, miniosImage: undefined }),
  );
}
