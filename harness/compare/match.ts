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
  /** An update within one series, where instructions are counted: it stands in no comparison's way. */
  update?: true;
}

const ABSENT = 'not recorded';

function isClock(key: string): boolean {
  return key === CLOCK_KEYS || key.startsWith(`${CLOCK_KEYS}.`);
}

/** Options of a benchmark and clocks of an arm matter only where both results have them. */
function isPartial(key: string): boolean {
  return key.includes('.') && !key.startsWith('dom0.') && !key.startsWith('host.');
}

/** Keys that results of earlier versions lack. */
const LATER: readonly string[] = ['xen.source', 'emulator.qemu', 'emulator.accelerator'];

/**
 * Versions whose updates within a series change no count of instructions: of Debian's kernel 6.1, 56 and 57
 * gave the same medians (docs/statistics.md). Xen's own source is not among them, since what is counted is
 * mostly Xen's.
 */
const SERIES: readonly string[] = ['dom0.kernel', 'emulator.qemu'];

/** First two numbers of a version, and what a kernel is built for: 6.1 and amd64 of 6.1.0-57-amd64. */
function seriesOf(version: string): string {
  const [series = version] = /^\d+\.\d+/.exec(version) ?? [];
  return `${series} ${/-([a-z]\S*)$/.exec(version)?.[1] ?? ''}`;
}

function isUpdate(key: string, [a, b]: readonly [string, string], counted: boolean): boolean {
  return counted && SERIES.includes(key) && seriesOf(a) === seriesOf(b);
}

/** Every key in which the two differ, in the order of the first. */
export function differences(a: Identity, b: Identity): Difference[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const counted = [a, b].every((one) => one[CLOCK_KEYS]?.startsWith('counted'));
  return [...keys].flatMap((key) => {
    const [x, y] = [a[key], b[key]];
    if (x === y) return [];
    if (LATER.includes(key) && (x === undefined || y === undefined)) return [];
    if (isPartial(key) && (x === undefined || y === undefined)) {
      const part = key.split('.')[0];
      const whole = (side: Identity) => Object.keys(side).some((k) => k.startsWith(`${part}.`));
      if (isClock(key) || !(whole(a) && whole(b))) return [];
    }
    const [before, after] = [x ?? ABSENT, y ?? ABSENT];
    const update = isUpdate(key, [before, after], counted);
    return [{ key, a: before, b: after, ...(update ? { update } : {}) }];
  });
}

/**
 * Makes sure that the two may be compared: updates within a series may be.
 * @param ignored keys that may differ. Clocks may not: their ticks have no common unit.
 * @returns the differences that remain
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
  const left = found.filter(({ key, update }) => update !== true && !ignored.includes(key));
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
