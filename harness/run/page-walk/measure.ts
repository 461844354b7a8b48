/**
 * The measurement: every job of the plan in its order, each answer checked before it is recorded.
 */
import type { Arm, PageState } from '../../../bench/words.ts';
import { type PageWalkPlan, passesOf } from '../../plan/page-walk/plan.ts';
import { blocksOf, type PlannedJob } from '../../plan/plan.ts';
import { foldDigests } from '../../protocol/digest.ts';
import type { Batch, Hello, Samples } from '../../protocol/records.ts';
import { openArms } from '../arms.ts';
import type { BenchmarkRunner, ReadyTarget } from '../benchmark.ts';
import { noteHello } from '../clocks.ts';
import { blocksAreEnough } from '../enough.ts';
import type { Introspector } from '../introspector.ts';
import type { TargetRegion } from '../outcome.ts';
import type { RunState } from '../state.ts';
import { askPages, type ReadTarget } from './ask.ts';
import { type Remainder, remainderOf } from './remainder.ts';

/** A job of this creation, and what is left of it. */
interface LeftJob {
  job: PlannedJob<PageState>;
  left: Remainder;
}

function jobsLeft({ creation, life }: RunState, plan: PageWalkPlan): LeftJob[] {
  return plan.jobs.of(creation).flatMap((job) => {
    const recorded = life.recorded(plan.benchmark, job.order);
    const left = remainderOf(passesOf(plan, job.state), recorded);
    return left === undefined ? [] : [{ job, left }];
  });
}

/** Runs one job and records its batches. `read` receives the digest of each batch by first page. */
async function runJob(
  run: RunState,
  plan: PageWalkPlan,
  { job, left }: LeftJob,
  introspector: Introspector,
  target: ReadTarget,
  read: Map<number, string>,
  measured: () => Promise<void>,
): Promise<Hello> {
  const { passes } = left;
  const each = Math.ceil(passes.pages / passes.batch);
  const take = async (index: number, batch: Batch, samples: Samples) => {
    read.set(batch.first, batch.digest);
    const place = left.place(index);
    if (place === undefined) return;
    const placed = { ...batch, pass: Math.floor(place / each) };
    await run.context.recorder.record({ ...run.place, job, batch: placed, samples });
  };
  return askPages(run, introspector, plan, job, passes, target, take, measured);
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
    // After an interruption, nothing but its first batch may be left to an arm.
    if (!firsts.every((first) => digests.has(first))) continue;
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
 * Runs a job as its protocol has it: in 2018 the target ran meanwhile. It is paused again as soon as the last
 * batch is measured: beside it, to hand the samples over takes an emulated Mini-OS six seconds.
 */
async function inProtocol(
  { job: { state } }: LeftJob,
  { pause }: ReadyTarget,
  work: (measured: () => Promise<void>) => Promise<Hello>,
): Promise<Hello> {
  if (state !== 'seed-2018') return work(async () => {});
  await pause.off();
  let paused: Promise<void> | undefined;
  const measured = () => {
    paused ??= pause.on();
    return paused;
  };
  const hello = await work(measured);
  await measured();
  return hello;
}

/**
 * Runs all jobs, on a target that stays paused but for protocol `seed-2018`.
 * @throws UserError `failure` for a wrong answer, `crash` or `error` for none
 */
export const runPageWalk: BenchmarkRunner<PageWalkPlan> = {
  async measure(run, plan, { target, introspector }) {
    const { progress } = run.context;
    const { arms } = plan.options;
    const introspectors = await openArms(run, arms, introspector, target.domain);
    const read = new Map<Arm, Map<number, string>>(arms.map((arm) => [arm, new Map()]));
    const jobs = jobsLeft(run, plan);
    progress.step(`Measuring: ${jobs.length} jobs`);
    for (const [done, left] of jobs.entries()) {
      if (await blocksAreEnough(run, plan, left.job)) break;
      const { arm, state, block, order } = left.job;
      progress.detail(
        `block ${block + 1} of ${plan.options.until ? 'at most ' : ''}${blocksOf(plan.options)}, job ${order + 1} of ${plan.jobs.length}: ${arm}, ${state}`,
        done / jobs.length,
      );
      const asked = introspectors.get(arm) as Introspector;
      const digests = read.get(arm) as Map<number, string>;
      const hello = await inProtocol(left, target, (measured) =>
        runJob(run, plan, left, asked, target, digests, measured),
      );
      noteHello(run, arm, hello);
      await target.demandUndisturbed?.({ ran: state === 'seed-2018' });
      await run.noted();
    }
    noteDigests(run, plan, target.region, read);
    const held = target.region.isStranger ? 'the same' : "the target's";
    progress.done(`Measured; every batch of ${arms.join(' and ')} read ${held} bytes`);
  },
};
