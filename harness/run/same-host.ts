/**
 * Whether a host is the one that a run began on: its lives make one result.
 */
import { UserError } from '../../infra/errors.ts';
import type { Capabilities } from '../../infra/testbed.ts';

/** What must not change between two lives, by name. */
function identityOf({ kind, clock, tickUnit, xen, dom0, cpus, images }: Capabilities) {
  return new Map<string, string>([
    ['testbed', kind],
    ['clock', `${clock}, in ${tickUnit}`],
    ['Xen', `${xen.version}, FLASK ${xen.flask}`],
    ['Dom0', `${dom0.kernel}, ${dom0.mode}`],
    ['CPUs', String(cpus)],
    ...Object.entries(images).map(([name, hash]) => [`image ${name}`, hash] as const),
  ]);
}

/** @throws UserError that names what differs */
export function demandSameHost(before: Capabilities, now: Capabilities): void {
  const [old, current] = [identityOf(before), identityOf(now)];
  const names = [...new Set([...old.keys(), ...current.keys()])];
  const changed = names.filter((name) => old.get(name) !== current.get(name));
  if (changed.length === 0) return;
  const list = changed.map(
    (name) => `${name} was ${old.get(name) ?? 'absent'} and is ${current.get(name) ?? 'absent'}`,
  );
  throw new UserError(`This is not what the run began with: ${list.join('; ')}.`, {
    advice: 'One result is of one thing: begin a new run.',
  });
}
