/** What a testbed cannot answer, asked before anything is made. */
import type { Xen } from '../../infra/testbed.ts';
import { isSampled, type Plan } from '../plan/suite.ts';
import { beyondPrivilege } from './privilege.ts';
import { boots, observerOf, runnerOf } from './runners.ts';

/**
 * Why a plan is not run on a host like that; undefined when it is.
 * @param xen asked only when the plan needs it: where nothing is booted there is none
 */
export function unableOn(
  plan: Plan,
  xen: () => Pick<Xen, 'probe' | 'untraced'>,
): string | undefined {
  const beyond = boots(plan) ? beyondPrivilege(plan) : undefined;
  if (beyond !== undefined) return beyond;
  if (isSampled(plan)) return runnerOf(plan).unable?.(plan);
  const reason = observerOf(plan).unable?.(plan);
  if (reason !== undefined || plan.needs === undefined) return reason;
  const { probe, untraced } = xen();
  if (plan.needs === 'trace') return untraced;
  return probe ? undefined : 'this host has no program in Dom0 that reads its clock and memory';
}
