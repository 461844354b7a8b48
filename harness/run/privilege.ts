/** By what right an introspector in a domain reads its target. */
import { UserError } from '../../infra/errors.ts';
import type { Capabilities, Domain, Guest, Privilege } from '../../infra/testbed.ts';
import type { Plan } from '../plan/suite.ts';
import type { RunState } from './state.ts';

/** What a result has to say of a run without FLASK. */
const WARNING =
  'Without FLASK, the introspector’s domain was made privileged for its target (XEN_DOMCTL_set_target): it could write to all of the target’s memory. Nothing here proves least privilege.';

/** The run's. */
export function privilegeOf({ suite: [{ options }] }: RunState): Privilege {
  return options.privilege;
}

/** @throws UserError `skipped` when this Xen does not give what the privilege needs */
export function demandPrivilege(run: RunState, { xen: { flask } }: Capabilities): void {
  if (privilegeOf(run) === 'flask') {
    if (flask === 'enforcing') return;
    throw new UserError(
      `FLASK is ${flask} on this Xen: what must be refused would be granted. Boot a Xen with XSM and flask=enforcing; or, without what a run proves with it, use --privilege set-target on a Xen without FLASK.`,
      { kind: 'skipped' },
    );
  }
  if (flask !== 'absent') {
    throw new UserError(
      `FLASK is ${flask} on this Xen, and knows no privilege set-target: its policy alone counts. Leave out --privilege, or boot Xen with flask=disabled.`,
      { kind: 'skipped' },
    );
  }
  if (!run.facts.warnings.includes(WARNING)) run.facts.warnings.push(WARNING);
}

/** Why a benchmark cannot be run with this privilege; undefined when it can. */
export function beyondPrivilege({ benchmark, options }: Plan): string | undefined {
  if (options.privilege === 'flask' || benchmark === 'page-walk') return undefined;
  if (benchmark !== 'events' && benchmark !== 'guest-events') {
    return 'privilege set-target is given to the introspector of page-walk alone';
  }
  return options.arms.includes('minios')
    ? 'Xen lets no domain but Dom0 listen to events without FLASK, whatever its target: --arm dom0 measures Dom0 alone'
    : undefined;
}

/** Lets an introspector's domain read a target, where that takes more than its label. */
export async function letRead(run: RunState, domain: Domain, target: Guest): Promise<void> {
  if (privilegeOf(run) === 'flask') return;
  await run.wait(run.context.testbed.xen.setTarget(domain, target));
}
