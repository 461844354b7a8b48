/**
 * Which keys of an identity a history is about, and which may change while it goes on.
 */
import { CLOCK_KEYS } from '../identity.ts';
import type { HistoryEntry } from './types.ts';

/** What a history is about: where these differ, figures have no common unit. */
const OF_HISTORY: readonly string[] = ['testbed', CLOCK_KEYS];

/** What tells of the machine below the benchmarks, by the beginning of its key. */
const OF_MACHINE: readonly string[] = [
  'xen',
  'flask',
  'dom0.',
  'emulator.',
  'host.',
  'cpus',
  `${CLOCK_KEYS}.`,
];

/** Versions of what runs on the machine: they change what a figure is, not how it spreads. */
const OF_PACKAGES: readonly string[] = [
  'xen',
  'xen.source',
  'flask',
  'dom0.kernel',
  'emulator.qemu',
];

/** Whether a key is of a package. */
export function isOfPackages(key: string): boolean {
  return OF_PACKAGES.includes(key);
}

/** Whether a key tells of the machine and its packages. */
export function isOfMachine(key: string): boolean {
  return OF_MACHINE.some((start) => key.startsWith(start));
}

function figureOf({ benchmark, arm, state }: HistoryEntry['measures'][number]): string {
  return `${benchmark} ${arm} ${state}`;
}

/**
 * What is given the runs of a history one by one, and tells of each whether a figure has another unit
 * than in the runs before it on this testbed, as a sentence.
 */
export function unitChecker(): (entry: HistoryEntry) => string | undefined {
  const units = new Map<string, string>();
  return ({ identity, measures }) => {
    const place = OF_HISTORY.map((key) => identity[key]).join('\n');
    for (const measure of measures) {
      const key = `${place}\n${figureOf(measure)}`;
      const before = units.get(key) ?? measure.unit;
      if (before !== measure.unit) {
        return `${figureOf(measure)} is in ${measure.unit}, and in ${before} in the runs before`;
      }
      units.set(key, before);
    }
    return undefined;
  };
}
