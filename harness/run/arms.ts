/**
 * The introspector of each arm, ready for jobs.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { DomainSpec, Guest, Process, Testbed } from '../../infra/testbed.ts';
import { OWN_INTROSPECTOR, twinOf } from '../plan/plan.ts';
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

/** An arm that is a process in Dom0. */
type Dom0Arm = Extract<Arm, 'dom0' | 'dom0-again' | 'dom0-libvmi'>;

/** The program of an arm in Dom0. @throws UserError where the host has none */
function programOf(arm: Dom0Arm, { introspectorPath, libvmiPath }: Testbed): string {
  const program = arm === 'dom0-libvmi' ? libvmiPath : introspectorPath;
  if (program === undefined) {
    throw new UserError(`This testbed has no program of the arm ${arm}.`, { kind: 'skipped' });
  }
  return program;
}

/** Starts the introspector of an arm in Dom0, which is ended with its creation. */
async function openDom0(run: RunState, arm: Dom0Arm): Promise<Introspector> {
  const kill = async ({ process }: { process: Process }) => {
    if (!run.isOver) await process.kill();
  };
  const { testbed } = run.context;
  const process = openProcess(
    testbed,
    INTROSPECTOR_LABELS[arm],
    surroundings(run),
    programOf(arm, testbed),
  );
  const opened = await run.make(process, kill);
  run.defer('end the Dom0 introspector', () => kill(opened));
  return opened.introspector;
}

/** Creates a domain beside the first, to read the same target. */
async function openAnother(
  run: RunState,
  arm: Arm,
  spec: DomainSpec,
  target: Guest,
): Promise<Introspector> {
  const domain = await createDomain(run, spec);
  await letRead(run, domain, target);
  return openDomain(domain, INTROSPECTOR_LABELS[arm], surroundings(run));
}

function openArm(
  run: RunState,
  arm: Arm,
  minios: AskedDomain,
  target: Guest,
): Promise<Introspector> {
  switch (arm) {
    case 'minios':
      return Promise.resolve(minios.introspector);
    case 'minios-again':
      return openAnother(run, arm, twinOf(minios.domain.spec), target);
    case 'minios-own':
      return openAnother(run, arm, OWN_INTROSPECTOR, target);
    case 'dom0':
    case 'dom0-again':
    case 'dom0-libvmi':
      return openDom0(run, arm);
    default:
      throw new UserError(`The arm ${arm} is not available on this testbed.`);
  }
}

/** Opens the introspector of each arm, to read this target. The first Mini-OS one runs already. */
export async function openArms(
  run: RunState,
  arms: readonly Arm[],
  minios: AskedDomain,
  target: Guest,
): Promise<Map<Arm, Introspector>> {
  const opened = new Map<Arm, Introspector>();
  for (const arm of arms) opened.set(arm, await openArm(run, arm, minios, target));
  return opened;
}
