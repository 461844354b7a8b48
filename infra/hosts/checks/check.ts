/** One line of what `doctor` says of a host. */
import type { Check } from '../../fitness.ts';

/** A check, with what mends it where it is not well, or where `advice` is worth knowing anyway. */
export function check(
  name: string,
  ok: boolean,
  found: string,
  needed: string,
  mend?: string,
): Check {
  return { name, ok, found, needed, ...(mend === undefined ? {} : { mend }) };
}
