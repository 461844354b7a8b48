/** `--testbed a,b,c`: the testbeds that a run goes over. */
import { EMULATED } from '../../infra/testbed.ts';
import { usage } from '../plan/values.ts';

/** @throws UserError of kind usage for a name that is missing, or there twice */
export function testbedsOf(text: string = EMULATED): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw usage(`--testbed ${text}: a name is missing.`, 'Write --testbed lab,ssh:root@xen2');
  }
  demandOnce(names, names);
  return names;
}

/**
 * Makes sure that no two names are of one testbed: its runs would measure each other.
 * @param places what each name stands for, in the same order
 * @throws UserError of kind usage
 */
export function demandOnce(names: readonly string[], places: readonly string[]): void {
  const again = places.findIndex((place, i) => places.indexOf(place) !== i);
  if (again < 0) return;
  const [first, second] = [names[places.indexOf(places[again] as string)], names[again]];
  throw usage(
    first === second
      ? `--testbed names ${first} twice.`
      : `--testbed names one host twice: ${first} and ${second}.`,
    'Name each testbed once. To measure one again and again: --boots, --domains or --blocks.',
  );
}
