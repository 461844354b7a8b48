/**
 * Clocks of the arms: each usable, all of one kind.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import type { Capabilities } from '../../infra/testbed.ts';
import { sameCreation } from '../plan/plan.ts';
import type { Hello } from '../protocol/records.ts';
import type { RunState } from './state.ts';

/** What a host has to do with the clocks of its domains. */
type ClockHost = Pick<Capabilities, 'clock'> & { dom0: Pick<Capabilities['dom0'], 'mode'> };

/** The only domain whose counter no configuration makes native (xen/arch/x86/time.c, tsc_set_info). */
const PVH_DOM0 =
  "Xen emulates the time-stamp counter of a PVH Dom0 on a processor without an invariant one, as QEMU's emulated one is";

/**
 * Checks that a clock can be used, and that it is of the same kind as the others'.
 * @throws UserError of kind `error`; `skipped` where this host has none that could be used
 */
export function checkClocks(
  hellos: readonly { arm: string; hello: Hello }[],
  host?: ClockHost,
): void {
  for (const { arm, hello } of hellos) {
    if (!hello.monotonic) {
      throw new UserError(`The clock of ${arm} went backwards: nothing can be measured with it.`, {
        advice: 'tinyvmi-bench doctor shows the clocks that this testbed offers.',
      });
    }
  }
  const kinds = new Set(hellos.map(({ hello }) => hello.clock));
  const emulated = new Set(
    hellos.map(({ hello }) => hello.emulated).filter((value) => value !== 'unknown'),
  );
  const differ = kinds.size > 1 || emulated.size > 1;
  if (host?.dom0.mode === 'pvh' && emulated.has('yes') && (differ || host.clock === 'counted')) {
    const why =
      host.clock === 'counted' ? 'it counts no instructions' : 'that of its guests is not';
    throw new UserError(`${PVH_DOM0}: ${why}.`, {
      kind: 'skipped',
      advice: 'Measure the arms that are not in Dom0 (--arm), or use a PV Dom0.',
    });
  }
  if (differ) {
    const list = hellos.map(
      ({ arm, hello }) => `${arm}: ${hello.clock}, emulated ${hello.emulated}`,
    );
    throw new UserError(`The arms read different kinds of clock (${list.join('; ')}).`, {
      advice: 'Put tsc_mode="native" into every domain\'s config.',
    });
  }
}

/**
 * Keeps what an introspector said of itself, once for each.
 * @throws UserError when its clock cannot be used beside the others'
 */
export function noteHello(run: RunState, arm: Arm, hello: Hello): void {
  const known = run.facts.introspectors;
  checkClocks([...known, { arm, hello }], run.facts.capabilities);
  const { place } = run;
  if (known.some((entry) => entry.arm === arm && sameCreation(entry, place))) return;
  known.push({ ...place, arm, hello });
}
