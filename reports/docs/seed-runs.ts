/**
 * What runs say by protocol seed-2018, and how much it differs from run to run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatNumber } from '../model/format.ts';

/** The document, from the root of the checkout. */
export const SEED_RUNS = 'results/baselines/seed-2018.json';

/** Pages of a batch. */
const PAGES = 500;

/** One arm's batch of them. In ticks a page. */
export interface SeedSide {
  /** The paper's own statistic: the mean by a clock of microseconds. */
  meanByMicroseconds: number;
  mean: number;
  median: number;
  /** Pages during which another domain had the processor. */
  interrupted: number;
  longest: number;
}

/** One run. */
export interface SeedRun {
  id: string;
  commit: string | null;
  start: string;
  seed: number;
  dom0: SeedSide;
  minios: SeedSide;
}

/** Reads the runs. */
export async function readSeedRuns(root: string): Promise<SeedRun[]> {
  const { runs } = JSON.parse(await readFile(join(root, SEED_RUNS), 'utf8')) as { runs: SeedRun[] };
  return runs;
}

/** Least and greatest, as they are written. */
export function rangeText(values: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) =>
    formatNumber(value, digits),
  );
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** Per cent of Dom0's cost that Mini-OS saves, of each run. */
export function savings(
  runs: readonly SeedRun[],
  of: 'meanByMicroseconds' | 'mean' | 'median',
): number[] {
  return runs.map(({ dom0, minios }) => Math.round((1 - minios[of] / dom0[of]) * 100));
}

function howMany(runs: readonly SeedRun[], arm: 'dom0' | 'minios'): string {
  const counts = [...new Set(runs.map((run) => run[arm].interrupted))].sort((a, b) => a - b);
  return counts
    .map((n) => {
      const times = runs.filter((run) => run[arm].interrupted === n).length;
      return `${times} had ${['no such page', 'one', 'two', 'three'][n] ?? n}`;
    })
    .join(', ');
}

/** Why the mean differs from run to run: one sentence, of these runs. */
export function whyTheyDiffer(runs: readonly SeedRun[]): string {
  const interrupted = runs.flatMap(({ dom0, minios }) =>
    [dom0, minios].filter((side) => side.interrupted > 0).map(({ longest }) => longest),
  );
  const clock = runs.flatMap(({ dom0, minios }) =>
    [dom0, minios].map((side) => Math.abs(side.meanByMicroseconds / side.mean - 1) * 100),
  );
  const longest = interrupted.map((ticks) => ticks / 1e6);
  return `It is the mean that differs, and not for its clock, which changes it by at most ${formatNumber(Math.max(...clock))} %: a page during which Xen gives the one CPU to another domain (the target runs) takes ${rangeText(longest, 1)} million instructions, which is ${rangeText(longest.map((millions) => (millions * 1e6) / PAGES / 1000))} thousand on the mean of ${PAGES}. Of Dom0’s batches ${howMany(runs, 'dom0')}; of Mini-OS’s ${howMany(runs, 'minios')}. The median does not notice.`;
}
