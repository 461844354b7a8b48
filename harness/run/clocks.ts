/**
 * Clocks of the arms: each usable, all of one kind.
 */
import type { Arm } from '../../bench/words.ts';
import { UserError } from '../../infra/errors.ts';
import { sameCreation } from '../plan/plan.ts';
import type { Hello } from '../protocol/records.ts';
import type { RunState } from './state.ts';

/**
 * Checks that a clock can be used, and that it is of the same kind as the others'.
 * @throws UserError of kind `error`
 */
export function checkClocks(hellos: readonly { arm: string; hello: Hello }[]): void {
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
  if (kinds.size > 1 || emulated.size > 1) {
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
  checkClocks([...known, { arm, hello }]);
  const { place } = run;
  if (known.some((entry) => entry.arm === arm && sameCreation(entry, place))) return;
  known.push({ ...place, arm, hello });
}
