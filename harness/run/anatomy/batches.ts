/**
 * Has an introspector read batches of pages and say when it read the clock.
 */
import type { Arm, CacheState } from '../../../bench/words.ts';
import type { AnatomyPlan } from '../../plan/anatomy/plan.ts';
import { noteHello } from '../clocks.ts';
import { blameTarget } from '../domains.ts';
import type { Introspector } from '../introspector.ts';
import type { ReadTarget } from '../page-walk/ask.ts';
import { checkBatch, PageWalkAnswer } from '../page-walk/verify.ts';
import type { RunState } from '../state.ts';
import type { StampedBatch } from './spans.ts';

/** An arm, ready to be asked. */
export interface AnatomyArm {
  arm: Arm;
  introspector: Introspector;
  /** Domain in which it runs. */
  domid: number;
}

/**
 * Reads `repeat` batches in a state after one to warm up. @returns those after the first
 * @throws UserError `failure` for a wrong answer, `crash` or `error` for none
 */
export async function readBatches(
  run: RunState,
  plan: AnatomyPlan,
  { arm, introspector }: AnatomyArm,
  { domain, region, tail }: ReadTarget,
  state: CacheState,
  repeat: number,
): Promise<StampedBatch[]> {
  const { pages } = plan;
  const passes = { pages, batch: pages, repeat, warmup: 1 };
  const batches: StampedBatch[] = [];
  const answer = new PageWalkAnswer(
    passes,
    async (index, batch, samples, stamps) => {
      checkBatch(plan, passes, { arm, state }, region, index, batch, samples);
      if (stamps !== undefined && !batch.warmup) batches.push({ batch, samples, stamps });
    },
    true,
  );
  try {
    await introspector.ask(
      {
        ...{ workload: 'page-walk', domid: domain.domid, type: plan.target.type, state },
        ...{ base: region.base, pages, batch: pages, depth: plan.depth },
        ...{ repeat, warmup: passes.warmup, stamps: 1 },
      },
      (record) => answer.add(record),
    );
    noteHello(run, arm, answer.end());
    return batches;
  } catch (error) {
    await blameTarget(run, { domain, tail });
    throw error;
  }
}
