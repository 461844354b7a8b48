/**
 * The introspector of each arm, ready for jobs.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Process } from '../../infra/testbed.ts';
import {
  INTROSPECTOR_LABELS,
  type Introspector,
  type IntrospectorOptions,
  openProcess,
} from './introspector.ts';
import type { RunState } from './state.ts';

/** How long an introspector of this run may be silent, and what ends its waiting. */
export function surroundings(run: RunState): IntrospectorOptions {
  return { silenceMs: run.silenceMs, signal: run.fault };
}

/** Starts an introspector in Dom0, which is ended with the run. */
export async function openDom0(run: RunState): Promise<Introspector> {
  const kill = async ({ process }: { process: Process }) => {
    if (!run.lost) await process.kill();
  };
  const label = INTROSPECTOR_LABELS.dom0;
  const opened = await run.make(openProcess(run.context.testbed, label, surroundings(run)), kill);
  run.defer('end the Dom0 introspector', () => kill(opened));
  return opened.introspector;
}

/** Opens the introspector of each arm. The Mini-OS one runs already. */
export async function openArms(
  run: RunState,
  arms: readonly Arm[],
  minios: Introspector,
): Promise<Map<Arm, Introspector>> {
  const opened = new Map<Arm, Introspector>();
  for (const arm of arms) {
    if (arm === 'minios') opened.set(arm, minios);
    else if (arm === 'dom0') opened.set(arm, await openDom0(run));
    else throw new UserError(`The arm ${arm} is not available on this testbed.`);
  }
  return opened;
}
