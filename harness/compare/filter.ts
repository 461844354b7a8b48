/**
 * Parts of results: a comparison of some benchmarks, arms or states, the rest left out.
 */
import { UserError } from '../../infra/errors.ts';
import type { Measured, MeasuredGroup } from '../../results/measured.ts';
import type { MarginRule } from './margins.ts';

/** Names of what is compared; empty: all. */
export interface Filter {
  bench: readonly string[];
  arm: readonly string[];
  state: readonly string[];
}

const FIELDS = { bench: 'benchmark', arm: 'arm', state: 'state' } as const;

function namesIn(set: readonly Measured[], field: 'benchmark' | 'arm' | 'state'): string[] {
  return [...new Set(set.flatMap(({ groups }) => groups.map((group) => group[field])))];
}

function unknown(option: string, name: string, known: readonly string[]): UserError {
  return new UserError(`--${option}: nothing of the name ${name} was measured.`, {
    kind: 'usage',
    advice: `There is: ${known.join(', ')}.`,
  });
}

/** @throws UserError of kind usage for a name that no result has */
export function demandKnown(
  filter: Filter,
  rules: readonly MarginRule[],
  results: readonly Measured[],
): void {
  const all = Object.values(FIELDS).flatMap((field) => namesIn(results, field));
  for (const option of ['bench', 'arm', 'state'] as const) {
    const known = namesIn(results, FIELDS[option]);
    const missing = filter[option].find((name) => !known.includes(name));
    if (missing !== undefined) throw unknown(option, missing, known);
  }
  const missing = rules.flatMap(({ names }) => names).find((name) => !all.includes(name));
  if (missing !== undefined) throw unknown('margin', missing, all);
}

/** A result with what the filter lets through. */
export function filtered(measured: Measured, filter: Filter): Measured {
  const passes = (group: MeasuredGroup) =>
    (['bench', 'arm', 'state'] as const).every(
      (option) => filter[option].length === 0 || filter[option].includes(group[FIELDS[option]]),
    );
  return { ...measured, groups: measured.groups.filter(passes) };
}
