/**
 * The measurement: every job of the plan in its order, each answer checked before it is recorded.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Domain, Process } from '../../infra/testbed.ts';
import type { PlannedJob } from '../plan/plan.ts';
import { foldDigests } from '../protocol/digest.ts';
import type { Hello } from '../protocol/records.ts';
import { blameTarget } from './domains.ts';
import {
  INTROSPECTOR_LABELS,
  type Introspector,
  type IntrospectorOptions,
  openProcess,
} from './introspector.ts';
import type { TargetRegion } from './outcome.ts';
import type { RunState } from './state.ts';
import { checkBatch, checkClocks, PageWalkAnswer } from './verify.ts';

/** How long an introspector of this run may be silent, and what ends its waiting. */
export function surroundings(run: RunState): IntrospectorOptions {
  return { silenceMs: run.options.timeout * 1000, signal: run.fault };
}

/** Opens the introspector of each arm. The Mini-OS one runs already: it makes requests as well. */
async function openArms(run: RunState, minios: Introspector): Promise<Map<Arm, Introspector>> {
  const arms = new Map<Arm, Introspector>();
  for (const arm of run.options.arms) {
    if (arm === 'minios') {
      arms.set(arm, minios);
    } else if (arm === 'dom0') {
      const kill = async ({ process }: { process: Process }) => {
        if (!run.lost) await process.kill();
      };
      const label = INTROSPECTOR_LABELS.dom0;
      const opened = await run.make(
        openProcess(run.context.testbed, label, surroundings(run)),
        kill,
      );
      run.defer('end the Dom0 introspector', () => kill(opened));
      arms.set(arm, opened.introspector);
    } else {
      throw new UserError(`The arm ${arm} is not available on this testbed.`);
    }
  }
  return arms;
}

/** Runs one job and records its batches. `read` receives the digest of each batch by first page. */
async function runJob(
  run: RunState,
  job: PlannedJob,
  introspector: Introspector,
  target: { domain: Domain; region: TargetRegion },
  read: Map<number, string>,
): Promise<Hello> {
  const { plan, options } = run;
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
function noteDigests(run: RunState, region: TargetRegion, read: Map<Arm, Map<number, string>>) {
  const firsts = [...region.digests.keys()]
    .filter((first) => first < run.options.pages)
    .sort((a, b) => a - b);
  const expected = foldDigests(firsts.map((first) => region.digests.get(first)?.digest ?? ''));
  for (const [arm, digests] of read) {
    const digest = foldDigests(firsts.map((first) => digests.get(first) ?? ''));
    run.facts.digests.push({ arm, digest, expected, batches: firsts.length });
  }
}

/**
 * Runs all jobs.
 * @throws UserError `failure` for a wrong answer, `crash` or `error` for none
 */
export async function measure(
  run: RunState,
  minios: Introspector,
  target: { domain: Domain; region: TargetRegion },
): Promise<void> {
  const { progress } = run.context;
  const { jobs } = run.plan;
  const { arms, blocks } = run.options;
  const introspectors = await openArms(run, minios);
  const read = new Map<Arm, Map<number, string>>(arms.map((arm) => [arm, new Map()]));
  const known = new Set<Arm>();
  progress.step(`Measuring: ${jobs.length} jobs`);
  for (const job of jobs) {
    const { arm, state, block, order } = job;
    progress.detail(
      `block ${block + 1} of ${blocks}, job ${order + 1} of ${jobs.length}: ${arm}, ${state}`,
    );
    const introspector = introspectors.get(arm) as Introspector;
    const hello = await runJob(
      run,
      job,
      introspector,
      target,
      read.get(arm) as Map<number, string>,
    );
    if (known.has(arm)) continue;
    known.add(arm);
    run.facts.introspectors.push({ arm, hello });
    checkClocks(run.facts.introspectors);
  }
  noteDigests(run, target.region, read);
  progress.done(`Measured; every batch of ${arms.join(' and ')} read the target's bytes`);
}
