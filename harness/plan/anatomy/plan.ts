/**
 * Options and plan of anatomy.
 */
import { anatomy } from '../../../bench/anatomy/index.ts';
import type { CacheState } from '../../../bench/words.ts';
import { CREATED_DOMAINS } from '../introspectors.ts';
import { type CommonOptions, type RawRunOptions, resolveShared } from '../options.ts';
import { makePageWalkPlan } from '../page-walk/plan.ts';
import type { ObservingPlan, SpecOf } from '../plan.ts';
import { oneOf } from '../values.ts';

/** What an anatomy is asked to do. */
export interface AnatomyOptions extends CommonOptions {
  benchmark: 'anatomy';
  states: CacheState[];
  /** Whether every instruction is noted too, where the testbed can. */
  evidence: Evidence;
}

/** What an anatomy goes by: Xen's trace, or that and every instruction, which takes minutes. */
export const EVIDENCE = ['trace', 'instructions'] as const;

/** What an anatomy goes by. */
export type Evidence = (typeof EVIDENCE)[number];

/** An anatomy of a page: of the first ones of page-walk's target. */
export interface AnatomyPlan extends ObservingPlan<AnatomyOptions> {
  target: SpecOf<'target'>;
  introspector: SpecOf<'introspector'>;
  /** Levels that every walk must have read. */
  depth: number;
  /** Pages of a batch: few, for what notes each instruction is a thousand times slower. */
  pages: number;
  /** Batches that Xen traces, after one to warm up. */
  batches: number;
}

const PAGES = 50;

/**
 * The plan for these options.
 * @throws UserError of kind `usage` that names the option and the values it accepts
 */
export function makeAnatomyPlan(raw: RawRunOptions): AnatomyPlan {
  const { domains, depth } = makePageWalkPlan(raw);
  return {
    benchmark: 'anatomy',
    options: {
      ...resolveShared(anatomy, raw),
      evidence: oneOf('--anatomy', EVIDENCE, raw.anatomy ?? EVIDENCE[0]),
    },
    jobs: [],
    target: domains.target,
    introspector: CREATED_DOMAINS.minios,
    atOnce: [CREATED_DOMAINS.minios],
    needs: 'trace',
    depth,
    pages: Math.min(PAGES, domains.target.pages),
    batches: 2,
  };
}
