/**
 * Anatomy of a page: the same batches as in a page-walk, read while Xen records its trace, and once
 * more while an emulator notes every instruction, where there is one. Recording costs instructions, so
 * nothing of it is timed; what is counted does not change by being counted.
 */
import type { CacheState } from '../../../bench/words.ts';
import { UserError } from '../../../infra/errors.ts';
import type { ExecutionLog, Guest } from '../../../infra/testbed.ts';
import { momentsOf } from '../../../infra/trace/timeline.ts';
import type { AnatomyPlan } from '../../plan/anatomy/plan.ts';
import { openArms, surroundings } from '../arms.ts';
import { createDomain } from '../domains.ts';
import { INTROSPECTOR_LABELS, openDomain } from '../introspector.ts';
import type { Observation, Observer } from '../observation.ts';
import { firstPagesOf, type ReadTarget } from '../page-walk/ask.ts';
import type { RunState } from '../state.ts';
import { type AnatomyArm, readBatches } from './batches.ts';
import { executedIn } from './executed.ts';
import { executedFacts, ownFacts, tracedFacts } from './facts.ts';
import { type Amounts, sharesOf } from './shares.ts';
import { type StampedBatch, spansOf } from './spans.ts';
import { tracedIn } from './traced.ts';

/** One arm in one state. */
interface Case {
  arm: AnatomyArm;
  state: CacheState;
}

/** On what, and in which order. */
interface Bench {
  run: RunState;
  plan: AnatomyPlan;
  target: ReadTarget;
  cases: readonly Case[];
}

/** Tells of counts that differ: the introspector's own is wrong then. */
function compare(
  { facts }: RunState,
  { arm: { arm }, state }: Case,
  what: string,
  own: number,
  seen: number,
): void {
  if (own === seen) return;
  facts.warnings.push(
    `Anatomy of ${arm}, ${state}: the introspector counted ${own} ${what}, and ${seen} were seen.`,
  );
}

function sumOf(amounts: readonly Amounts[], name: string): number {
  return amounts.reduce((sum, amount) => sum + (amount.get(name) ?? 0), 0);
}

/** All cases under one recording of Xen's trace. */
async function traced({ run, plan, target, cases }: Bench): Promise<Observation[]> {
  const { progress, testbed } = run.context;
  progress.step('Reading pages while Xen records its trace');
  const recording = testbed.xen.trace(async () => {
    const read: [Case, StampedBatch[]][] = [];
    for (const one of cases) {
      progress.detail(`${one.arm.arm}, ${one.state}`);
      read.push([one, await readBatches(run, plan, one.arm, target, one.state, plan.batches)]);
    }
    return read;
  });
  const { result, records } = await run.wait(recording);
  progress.done(`Xen recorded ${records.length} events`);
  return result.flatMap(([one, batches]) => {
    const moments = momentsOf(records, one.arm.domid);
    return batches.flatMap((stamped, repeat) => {
      const spans = spansOf(stamped);
      const amounts = tracedIn(spans, moments);
      const made = sumOf(amounts, 'hypercalls') - sumOf(amounts, 'restarts');
      const { hypercalls } = stamped.batch;
      if (hypercalls !== undefined) compare(run, one, 'hypercalls of a batch', hypercalls, made);
      const subject = { arm: one.arm.arm, state: one.state, repeat };
      return [
        ...tracedFacts(subject, sharesOf(spans, amounts, plan.pages)),
        ...ownFacts(subject, stamped.batch),
      ];
    });
  });
}

/** One case under a log of its own. */
async function executed(
  run: RunState,
  plan: AnatomyPlan,
  target: ReadTarget,
  one: Case,
  log: ExecutionLog,
): Promise<Observation[]> {
  const { arm, state } = one;
  const { result, intervals } = await run.wait(
    log.record(() => readBatches(run, plan, arm, target, state, 1)),
  );
  const [stamped] = result as [StampedBatch];
  const spans = spansOf(stamped);
  const amounts = executedIn(spans, intervals, arm.arm);
  const shares = sharesOf(spans, amounts, plan.pages);
  const { syscalls } = stamped.batch;
  if (arm.arm === 'dom0' && syscalls !== undefined) {
    // Whole ones of a page: in a batch, other programs of Dom0 may have run between.
    const seen = sumOf([...shares.values()], 'system-calls');
    compare(
      run,
      one,
      'system calls of a page',
      Math.round(syscalls / plan.pages),
      Math.round(seen),
    );
  }
  return executedFacts({ arm: arm.arm, state, repeat: 0 }, shares);
}

/** All cases, one after the other. */
async function allExecuted({ run, plan, target, cases }: Bench): Promise<Observation[]> {
  const { progress, testbed } = run.context;
  const log = testbed.executionLog;
  if (log === undefined) {
    const reason = 'Only an emulated testbed with a counted clock can note every instruction.';
    run.facts.skipped.push({ what: 'instructions of a page', reason });
    return [];
  }
  progress.step('Reading pages while the emulator notes every instruction');
  const found: Observation[] = [];
  for (const one of cases) {
    const what = `${one.arm.arm}, ${one.state}`;
    progress.detail(what);
    found.push(
      ...(await orSkipped(run, `instructions of ${what}`, () =>
        executed(run, plan, target, one, log),
      )),
    );
  }
  progress.done('Instructions noted');
  return found;
}

/** What was found, or nothing: then the run says that it was skipped, and why. */
async function orSkipped(
  run: RunState,
  what: string,
  find: () => Promise<Observation[]>,
): Promise<Observation[]> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof UserError) || error.kind !== 'skipped') throw error;
    run.facts.skipped.push({ what, reason: `${error.message}.` });
    return [];
  }
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

async function openAll(run: RunState, plan: AnatomyPlan, target: Guest): Promise<AnatomyArm[]> {
  const domain = await createDomain(run, plan.introspector);
  const asked = {
    domain,
    introspector: openDomain(domain, INTROSPECTOR_LABELS.minios, surroundings(run)),
  };
  const opened = await openArms(run, plan.options.arms, asked, target);
  return [...opened].map(([arm, introspector]) => ({
    arm,
    introspector,
    domid: arm === 'minios' ? domain.domid : 0,
  }));
}

/** @throws UserError `skipped` unless the run has other benchmarks: without data it is no success */
function unlessOthers({ suite }: RunState, reason: string): void {
  if (suite.length === 1) throw new UserError(reason, { kind: 'skipped' });
}

/** Takes pages apart. */
export const observeAnatomy: Observer<AnatomyPlan> = {
  needsTestbed: () => true,
  once: true,
  async observe(run, plan, ready) {
    if (ready === undefined) throw new Error('an anatomy without a target');
    const reason = await unableReason(run);
    if (reason !== undefined) {
      unlessOthers(run, reason);
      run.facts.skipped.push({ what: 'benchmark anatomy', reason });
      return [];
    }
    const target = firstPagesOf(ready, plan.pages, plan.target.seed);
    const arms = await openAll(run, plan, ready.domain);
    const cases = plan.options.states.flatMap((state) => arms.map((arm) => ({ arm, state })));
    const bench = { run, plan, target, cases };
    const noting = plan.options.evidence === 'instructions';
    const found = [
      ...(await orSkipped(run, "Xen's trace of a page", () => traced(bench))),
      ...(noting ? await allExecuted(bench) : []),
    ];
    const [skipped] = run.facts.skipped;
    if (found.length === 0 && skipped !== undefined) unlessOthers(run, skipped.reason);
    return found;
  },
};
