/**
 * The measurement: every job of the plan in its order, each answer checked before it is recorded.
 */
import type { Arm, CacheState } from '../../../bench/words.ts';
import type { PageWalkPlan } from '../../plan/page-walk/plan.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { foldDigests } from '../../protocol/digest.ts';
import type { Hello } from '../../protocol/records.ts';
import { openArms } from '../arms.ts';
import type { BenchmarkRunner, ReadyTarget } from '../benchmark.ts';
import { noteHello } from '../clocks.ts';
import { blameTarget } from '../domains.ts';
import type { Introspector } from '../introspector.ts';
import type { TargetRegion } from '../outcome.ts';
import type { RunState } from '../state.ts';
import { checkBatch, PageWalkAnswer } from './verify.ts';

/** Runs one job and records its batches. `read` receives the digest of each batch by first page. */
async function runJob(
  run: RunState,
  plan: PageWalkPlan,
  job: PlannedJob<CacheState>,
  introspector: Introspector,
  target: Pick<ReadyTarget, 'domain' | 'region'>,
  read: Map<number, string>,
): Promise<Hello> {
  const { options } = plan;
  const answer = new PageWalkAnswer(plan, async (index, batch, samples) => {
    checkBatch(plan, job, target.region, index, batch, samples);
    read.set(batch.first, batch.digest);
    await run.context.recorder.record({ boot: 0, job, batch, samples });
  });
  try {
    await introspector.ask(
      {
        workload: 'page-walk',
        domid: target.domain.domid,
        type: options.target,
        state: job.state,
        base: target.region.base,
        pages: options.pages,
        batch: options.batch,
        depth: plan.depth,
        repeat: options.repeat,
        warmup: options.warmup,
      },
      (record) => answer.add(record),
    );
    return answer.end();
  } catch (error) {
    await blameTarget(run, target.domain);
    throw error;
  }
}

/** Notes what each arm read in a pass, against the target's own digests. */
function noteDigests(
  run: RunState,
  plan: PageWalkPlan,
  region: TargetRegion,
  read: Map<Arm, Map<number, string>>,
) {
  const firsts = [...region.digests.keys()]
    .filter((first) => first < plan.options.pages)
    .sort((a, b) => a - b);
  const expected = foldDigests(firsts.map((first) => region.digests.get(first)?.digest ?? ''));
  for (const [arm, digests] of read) {
    const digest = foldDigests(firsts.map((first) => digests.get(first) ?? ''));
    run.facts.digests.push({
      benchmark: plan.benchmark,
      arm,
      digest,
      expected,
      batches: firsts.length,
    });
  }
}

/**
 * Runs all jobs, on a target that stays paused.
 * @throws UserError `failure` for a wrong answer, `crash` or `error` for none
 */
export const runPageWalk: BenchmarkRunner<PageWalkPlan> = {
  async measure(run, plan, { target, introspector }) {
    const { progress } = run.context;
    const { jobs } = plan;
    const { arms, blocks } = plan.options;
    const introspectors = await openArms(run, arms, introspector.introspector);
    const read = new Map<Arm, Map<number, string>>(arms.map((arm) => [arm, new Map()]));
    progress.step(`Measuring: ${jobs.length} jobs`);
    for (const job of jobs) {
      const { arm, state, block, order } = job;
      progress.detail(
        `block ${block + 1} of ${blocks}, job ${order + 1} of ${jobs.length}: ${arm}, ${state}`,
      );
      const asked = introspectors.get(arm) as Introspector;
      const digests = read.get(arm) as Map<number, string>;
      noteHello(run, arm, await runJob(run, plan, job, asked, target, digests));
    }
    noteDigests(run, plan, target.region, read);
    progress.done(`Measured; every batch of ${arms.join(' and ')} read the target's bytes`);
  },
};
