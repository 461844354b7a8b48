/**
 * Asks an introspector for passes over a target's pages, and checks every batch of the answer.
 */
import type { PageState } from '../../../bench/words.ts';
import type { PageWalkPlan, Passes } from '../../plan/page-walk/plan.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import type { PageWalkJob } from '../../protocol/job.ts';
import { digestOfPages } from '../../protocol/pattern.ts';
import type { Batch, Hello, Samples } from '../../protocol/records.ts';
import type { ReadyTarget } from '../benchmark.ts';
import { blameTarget } from '../domains.ts';
import type { Introspector } from '../introspector.ts';
import type { RunState } from '../state.ts';
import { checkBatch, PageWalkAnswer } from './verify.ts';

/** A target as far as it is read. */
export type ReadTarget = Pick<ReadyTarget, 'domain' | 'region' | 'tail'>;

/** The target's first pages as a region of one batch, whose digest is known from its seed. */
export function firstPagesOf(
  { domain, region, tail }: ReadyTarget,
  pages: number,
  seed: number,
): ReadTarget {
  const digests = new Map([[0, { pages, digest: digestOfPages(seed, 0, pages) }]]);
  return { domain, region: { ...region, pages, digests }, tail };
}

/** The job that asks for these passes. */
export function pageWalkJob(
  plan: PageWalkPlan,
  state: PageState,
  passes: Passes,
  { domain, region }: ReadTarget,
): PageWalkJob {
  return {
    workload: 'page-walk',
    domid: domain.domid,
    type: domain.type,
    state,
    base: region.base,
    pages: passes.pages,
    batch: passes.batch,
    depth: region.depth ?? plan.depth,
    repeat: passes.repeat,
    warmup: passes.warmup,
    ...region.space,
  };
}

/** Batches of all passes. */
function batchesOf({ pages, batch, repeat, warmup }: Passes): number {
  return Math.ceil(pages / batch) * (repeat + warmup);
}

/**
 * Asks, and hands over each batch once it was checked.
 * @param measured called when the last batch was measured; its samples come after
 * @throws UserError `failure` for a wrong answer, `crash` or `error` for none
 */
export async function askPages(
  run: RunState,
  introspector: Introspector,
  plan: PageWalkPlan,
  job: PlannedJob<PageState>,
  passes: Passes,
  target: ReadTarget,
  take: (index: number, batch: Batch, samples: Samples) => Promise<void> | void,
  measured: () => Promise<void> = async () => {},
): Promise<Hello> {
  const { region } = target;
  const { depth = plan.depth } = region;
  const answer = new PageWalkAnswer(passes, async (index, batch, samples) => {
    if (region.isStranger && !region.digests.has(batch.first)) {
      region.digests.set(batch.first, { pages: batch.pages, digest: batch.digest });
    }
    checkBatch({ depth }, passes, job, region, index, batch, samples);
    await take(index, batch, samples);
  });
  try {
    let left = batchesOf(passes);
    await introspector.ask(pageWalkJob(plan, job.state, passes, target), async (record) => {
      if (record.type === 'B' && --left === 0) await measured();
      await answer.add(record);
    });
    return answer.end();
  } catch (error) {
    await blameTarget(run, target, error);
    throw error;
  }
}
