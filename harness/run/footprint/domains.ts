/**
 * Memory of introspectors that are domains.
 */
import { messageOf, UserError } from '../../../infra/errors.ts';
import type { Domain, Probe } from '../../../infra/testbed.ts';
import type { FootprintPlan } from '../../plan/footprint/plan.ts';
import type { DomainArm } from '../../plan/introspectors.ts';
import type { PlannedJob } from '../../plan/plan.ts';
import { surroundings } from '../arms.ts';
import type { ReadyTarget } from '../benchmark.ts';
import { createDomain } from '../domains.ts';
import { INTROSPECTOR_LABELS, openDomain } from '../introspector.ts';
import type { Observation } from '../observation.ts';
import { askPages } from '../page-walk/ask.ts';
import type { RunState } from '../state.ts';
import { leastOf } from './search.ts';

const PAGE_BYTES = 4096;
const MIB = 2 ** 20;

/** What memory is looked at with. */
export interface FootprintContext {
  run: RunState;
  plan: FootprintPlan;
  probe: Probe;
  target: ReadyTarget;
}

/** One fact of this benchmark. */
export function memoryFact(
  arm: Observation['arm'],
  state: Observation['state'],
  value: number,
  detail = '',
): Observation {
  return { arm, state, phase: 'memory', unit: 'bytes', value, repeat: 0, detail };
}

/** What a domain holds once it is built, and what Xen then spends on it besides. */
export async function holdingsOf(
  { run, plan, probe }: FootprintContext,
  arm: DomainArm,
): Promise<Observation[]> {
  const domain = await createDomain(run, plan.introspectors[arm], { paused: true });
  const { built } = domain;
  if (built === undefined) throw new Error('the host was not read while the domain was built');
  const { pages } = await run.wait(probe.state(domain.domid));
  const spent = built.before.freePages - built.after.freePages;
  await run.wait(domain.destroy());
  return [
    memoryFact(arm, 'held', pages * PAGE_BYTES),
    memoryFact(arm, 'overhead', (spent - pages) * PAGE_BYTES),
  ];
}

/** A pass over all pages in each state, as the plan has them. */
async function passPageWalk(
  { run, plan, target }: FootprintContext,
  arm: DomainArm,
  domain: Domain,
): Promise<void> {
  const listening = new AbortController();
  const around = surroundings(run);
  const signal = AbortSignal.any([around.signal, listening.signal]);
  let running: Promise<void> | undefined;
  const letRun = () => {
    running ??= domain.unpause();
    return running;
  };
  const label = INTROSPECTOR_LABELS[arm];
  const introspector = openDomain(domain, label, { ...around, signal }, letRun);
  const { pages, batch, states } = plan.pageWalk.options;
  const passes = { pages, batch, repeat: 1, warmup: 0 };
  try {
    for (const [order, state] of states.entries()) {
      const job: PlannedJob<typeof state> = { ...run.place, order, block: 0, arm, state };
      await askPages(run, introspector, plan.pageWalk, job, passes, target, () => {});
    }
  } finally {
    listening.abort();
  }
}

/** Why a domain of so much memory does not pass; undefined when it does. */
async function tried(
  context: FootprintContext,
  arm: DomainArm,
  memoryMiB: number,
): Promise<string | undefined> {
  const { run, plan } = context;
  run.context.progress.detail(`${arm}: a page-walk with ${memoryMiB} MiB`);
  let domain: Domain | undefined;
  try {
    domain = await createDomain(run, { ...plan.introspectors[arm], memoryMiB }, { paused: true });
    await passPageWalk(context, arm, domain);
    return undefined;
  } catch (error) {
    if (run.fault.aborted || (error instanceof UserError && error.kind === 'failure')) throw error;
    return messageOf(error);
  } finally {
    if (!run.fault.aborted) await domain?.destroy();
  }
}

/** The one line of a reason that says most: that of an error, or the first. */
function inShort(reason: string): string {
  const lines = reason.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|panic|memory/i.test(line)) ?? lines[0] ?? '';
}

/**
 * The least memory with which a domain passes a page-walk, in whole MiB: what xl and the domain
 * builder understand.
 */
export async function smallestOf(
  context: FootprintContext,
  arm: DomainArm,
): Promise<Observation[]> {
  const enough = ENOUGH_MIB[arm];
  const found = await leastOf(enough, (memoryMiB) => tried(context, arm, memoryMiB));
  if ('refused' in found) {
    context.run.facts.skipped.push({
      what: `the smallest memory of ${arm}`,
      reason: `it does not pass with ${enough} MiB: ${inShort(found.refused)}`,
    });
    return [];
  }
  const { amount, below } = found;
  const why =
    below === undefined
      ? 'xl gives no less than 1 MiB'
      : `with ${below.amount} MiB: ${inShort(below.reason)}`;
  return [memoryFact(arm, 'smallest', amount * MIB, why)];
}

/** Where each search begins. */
const ENOUGH_MIB: Readonly<Record<DomainArm, number>> = { minios: 4, 'linux-domu': 128 };
