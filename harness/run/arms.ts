/**
 * The introspector of each arm, ready for jobs.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Domain, Guest, Process } from '../../infra/testbed.ts';
import { twinOf } from '../plan/plan.ts';
import type { AskedDomain } from './benchmark.ts';
import { createDomain } from './domains.ts';
import {
  INTROSPECTOR_LABELS,
  type Introspector,
  type IntrospectorOptions,
  openDomain,
  openProcess,
} from './introspector.ts';
import { letRead } from './privilege.ts';
import type { RunState } from './state.ts';

/** How long an introspector of this run may be silent, and what ends its waiting. */
export function surroundings(run: RunState): IntrospectorOptions {
  return { silenceMs: run.silenceMs, signal: run.fault };
}

/** Starts the introspector of an arm in Dom0, which is ended with its creation. */
async function openDom0(run: RunState, arm: 'dom0' | 'dom0-again'): Promise<Introspector> {
  const kill = async ({ process }: { process: Process }) => {
    if (!run.lost) await process.kill();
  };
  const label = INTROSPECTOR_LABELS[arm];
  const opened = await run.make(openProcess(run.context.testbed, label, surroundings(run)), kill);
  run.defer('end the Dom0 introspector', () => kill(opened));
  return opened.introspector;
}

/** Creates a second domain like the first. */
async function openTwin(run: RunState, { spec }: Domain, target: Guest): Promise<Introspector> {
  const domain = await createDomain(run, twinOf(spec));
  await letRead(run, domain, target);
  return openDomain(domain, INTROSPECTOR_LABELS['minios-again'], surroundings(run));
}

/** Opens the introspector of each arm, to read this target. The first Mini-OS one runs already. */
export async function openArms(
  run: RunState,
  arms: readonly Arm[],
  minios: AskedDomain,
  target: Guest,
): Promise<Map<Arm, Introspector>> {
  const opened = new Map<Arm, Introspector>();
  for (const arm of arms) {
    if (arm === 'minios') opened.set(arm, minios.introspector);
    else if (arm === 'minios-again') opened.set(arm, await openTwin(run, minios.domain, target));
    else if (arm === 'dom0' || arm === 'dom0-again') opened.set(arm, await openDom0(run, arm));
    else throw new UserError(`The arm ${arm} is not available on this testbed.`);
  }
  return opened;
}
