/**
 * Anatomy of a page: the same batches as in a page-walk, read while Xen records its trace, and once
 * more while an emulator notes every instruction, where there is one. Recording costs instructions, so
 * nothing of it is timed; what is counted does not change by being counted.
 */
import type { CacheState } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import { momentsOf } from '../../../infra/trace/timeline.ts';
import type { AnatomyPlan } from '../../plan/anatomy/plan.ts';
import { openArms, surroundings } from '../arms.ts';
import type { ReadyTarget } from '../benchmark.ts';
import { createDomain, createTarget } from '../domains.ts';
import { INTROSPECTOR_LABELS, openDomain } from '../introspector.ts';
import type { Observation, Observer } from '../observation.ts';
import type { RunState } from '../state.ts';
import { type AnatomyArm, readBatches } from './batches.ts';
import { executedIn } from './executed.ts';
import { executedFacts, ownFacts, tracedFacts } from './facts.ts';
import { sharesOf } from './shares.ts';
import { type StampedBatch, spansOf } from './spans.ts';
import { tracedIn } from './traced.ts';

/** One arm in one state, and on what. */
interface Case {
  run: RunState;
  plan: AnatomyPlan;
  arm: AnatomyArm;
  target: ReadyTarget;
  state: CacheState;
}

/** Tells of counts that differ: the introspector's own is wrong then, or something came between. */
function compare({ run, arm, state }: Case, what: string, own: number | undefined, seen: number) {
  if (own === undefined || own === seen) return;
  run.facts.warnings.push(
    `Anatomy of ${arm.arm}, ${state}: the introspector counted ${own} ${what} of a batch, and ${seen} were seen.`,
  );
}

async function traced(of: Case): Promise<Observation[]> {
  const { run, plan, arm, target, state } = of;
  const { result, records } = await run.wait(
    run.context.testbed.xen.trace(() => readBatches(run, plan, arm, target, state, plan.batches)),
  );
  const moments = momentsOf(records, arm.domid);
  return result.flatMap((stamped, repeat) => {
    const spans = spansOf(stamped);
    const amounts = tracedIn(spans, moments);
    const subject = { arm: arm.arm, state, repeat };
    const seen = amounts.reduce((sum, amount) => sum + (amount.get('hypercalls') ?? 0), 0);
    compare(of, 'hypercalls', stamped.batch.hypercalls, seen);
    return [
      ...tracedFacts(subject, sharesOf(spans, amounts, plan.pages)),
      ...ownFacts(subject, stamped.batch),
    ];
  });
}

async function executed(of: Case): Promise<Observation[]> {
  const { run, plan, arm, target, state } = of;
  const log = run.context.testbed.executionLog;
  if (log === undefined) return [];
  const { result, intervals } = await run.wait(
    log.record(() => readBatches(run, plan, arm, target, state, 1)),
  );
  const [stamped] = result as [StampedBatch];
  const spans = spansOf(stamped);
  const amounts = executedIn(spans, intervals, arm.arm);
  if (arm.arm === 'dom0') {
    const seen = amounts.reduce((sum, amount) => sum + (amount.get('system-calls') ?? 0), 0);
    compare(of, 'system calls', stamped.batch.syscalls, seen);
  }
  const shares = sharesOf(spans, amounts, plan.pages);
  return executedFacts({ arm: arm.arm, state, repeat: 0 }, shares);
}

/** Why this host cannot answer; undefined when it can. */
async function unableReason(run: RunState): Promise<string | undefined> {
  const mode = run.facts.capabilities?.dom0.mode;
  if (mode !== 'pv') return `Dom0 is ${mode}: Xen's trace names hypercalls of PV domains only.`;
  try {
    await run.wait(run.context.testbed.xen.trace(async () => undefined));
    return undefined;
  } catch (error) {
    if (error instanceof UserError && error.kind === 'skipped') return `${error.message}.`;
    throw error;
  }
}

async function openAll(run: RunState, plan: AnatomyPlan): Promise<AnatomyArm[]> {
  const domain = await createDomain(run, plan.introspector);
  const asked = {
    domain,
    introspector: openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings(run)),
  };
  const opened = await openArms(run, plan.options.arms, asked);
  return [...opened].map(([arm, introspector]) => ({
    arm,
    introspector,
    domid: arm === 'minios' ? domain.domid : 0,
  }));
}

/** Takes pages apart. */
export const observeAnatomy: Observer<AnatomyPlan> = {
  needsTestbed: () => true,
  once: true,
  async observe(run, plan) {
    const { progress } = run.context;
    const reason = await unableReason(run);
    if (reason !== undefined) {
      if (run.suite.length === 1) throw new UserError(reason, { kind: 'skipped' });
      run.facts.skipped.push({ what: 'benchmark anatomy', reason });
      return [];
    }
    const target = await createTarget(run, plan.target);
    const arms = await openAll(run, plan);
    progress.step('Taking a page apart');
    const found: Observation[] = [];
    for (const state of plan.options.states) {
      for (const arm of arms) {
        progress.detail(`${arm.arm}, ${state}`);
        const one = { run, plan, arm, target, state };
        found.push(...(await traced(one)), ...(await executed(one)));
      }
    }
    progress.done(`A page taken apart, ${found.length} facts`);
    return found;
  },
};
