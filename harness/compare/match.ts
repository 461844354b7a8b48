/**
 * Whether two results may be compared: what must be the same in both, and is not.
 */
import { UserError } from '../../infra/errors.ts';
import { CLOCK_KEYS, type Identity } from '../../results/identity.ts';

/** A key that differs. */
export interface Difference {
  key: string;
  a: string;
  b: string;
}

const ABSENT = 'not recorded';

function isClock(key: string): boolean {
  return key === CLOCK_KEYS || key.startsWith(`${CLOCK_KEYS}.`);
}

/** Options of a benchmark and clocks of an arm matter only where both results have them. */
function isPartial(key: string): boolean {
  return key.includes('.') && !key.startsWith('dom0.') && !key.startsWith('host.');
}

/** Every key in which the two differ, in the order of the first. */
export function differences(a: Identity, b: Identity): Difference[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => {
    const [x, y] = [a[key], b[key]];
    if (x === y) return [];
    if (isPartial(key) && (x === undefined || y === undefined)) {
      const part = key.split('.')[0];
      const whole = (side: Identity) => Object.keys(side).some((k) => k.startsWith(`${part}.`));
      if (isClock(key) || !(whole(a) && whole(b))) return [];
    }
    return [{ key, a: x ?? ABSENT, b: y ?? ABSENT }];
  });
}

/**
 * Makes sure that the two may be compared.
 * @param ignored keys that may differ. Clocks may not: their ticks have no common unit.
 * @returns the differences that were ignored
 * @throws UserError that names each difference that is left
 */
export function demandMatch(
  a: { id: string; identity: Identity },
  b: { id: string; identity: Identity },
  ignored: readonly string[],
): Difference[] {
  const found = differences(a.identity, b.identity);
  const list = (some: readonly Difference[]) =>
    some.map(({ key, a: x, b: y }) => `${key} is ${x} in the first and ${y} in the second`);
  const clocks = found.filter(({ key }) => isClock(key));
  if (clocks.length > 0) {
    throw new UserError(
      `${a.id} and ${b.id} were measured with different kinds of clock: ${list(clocks).join('; ')}.`,
      {
        advice:
          'Ticks of different clocks have no common unit, so this cannot be ignored. Compare runs of one kind of clock.',
      },
    );
  }
  const left = found.filter(({ key }) => !ignored.includes(key));
  if (left.length > 0) {
    throw new UserError(`${a.id} and ${b.id} do not match: ${list(left).join('; ')}.`, {
      advice: `If that is what is to be compared: ${left.map(({ key }) => `--ignore ${key}`).join(' ')}`,
    });
  }
  return found;
}

/** @throws UserError of kind usage for a key that neither result knows, or that tells the clock */
export function checkIgnored(ignored: readonly string[], known: readonly Identity[]): void {
  const keys = [...new Set(known.flatMap((identity) => Object.keys(identity)))];
  for (const key of ignored) {
    if (isClock(key)) {
      throw new UserError(`--ignore ${key}: clocks cannot be ignored.`, {
        kind: 'usage',
        advice: 'Ticks of different clocks have no common unit.',
      });
    }
    if (!keys.includes(key)) {
      throw new UserError(`--ignore ${key}: there is no such key.`, {
        kind: 'usage',
        advice: `Keys: ${keys.filter((name) => !isClock(name)).join(', ')}.`,
      });
    }
  }
}
