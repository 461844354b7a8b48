/**
 * One arm against another, as if they were the same arm of two results.
 */
import { UserError } from '../../infra/errors.ts';
import { CLOCK_KEYS, type Identity } from '../../results/identity.ts';
import type { Measured } from '../../results/measured.ts';

/** What tells two arms' clocks apart, as a sentence; undefined when they are of one kind. */
export function clockObjection(
  a: { arm: string; identity: Identity },
  b: { arm: string; identity: Identity },
): string | undefined {
  const [x, y] = [a, b].map(({ arm, identity }) => identity[`${CLOCK_KEYS}.${arm}`]);
  if (x === y) return undefined;
  return `the clock of ${a.arm} is ${x ?? 'not recorded'}, that of ${b.arm} is ${y ?? 'not recorded'}`;
}

function only(set: readonly Measured[], arm: string, name: string): Measured[] {
  return set.map((measured) => {
    const groups = measured.groups.filter((group) => group.arm === arm);
    if (groups.length === 0) {
      const arms = [...new Set(measured.groups.map((group) => group.arm))];
      throw new UserError(`${measured.id} has no arm ${arm}.`, {
        kind: 'usage',
        advice: `It has: ${arms.join(', ')}.`,
      });
    }
    return { ...measured, groups: groups.map((group) => ({ ...group, arm: name })) };
  });
}

/**
 * Both sets reduced to one arm each, under one name.
 * @param arms `<arm of the first>=<arm of the second>`
 * @throws UserError when an arm is not there, or their clocks are of different kinds
 */
export function pairArms(
  a: readonly Measured[],
  b: readonly Measured[],
  arms: string,
): [Measured[], Measured[]] {
  const [first = '', second = '', ...rest] = arms.split('=');
  if (first === '' || second === '' || rest.length > 0) {
    throw new UserError(`--arms ${arms}: not two arms.`, {
      kind: 'usage',
      advice: 'Give the arm of the first and of the second: --arms dom0=minios',
    });
  }
  const name = `${second} against ${first}`;
  const pair: [Measured[], Measured[]] = [only(a, first, name), only(b, second, name)];
  for (const one of a) {
    for (const other of b) {
      const why = clockObjection(
        { arm: first, identity: one.identity },
        { arm: second, identity: other.identity },
      );
      if (why !== undefined) {
        throw new UserError(`${first} and ${second} are not compared: ${why}.`, {
          advice: 'Ticks of different clocks have no common unit.',
        });
      }
    }
  }
  return pair;
}
