/** What runs under test have written. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Arm, State } from '../../bench/words.ts';
import { readResult } from '../../results/store/reader.ts';
import type { Result, Summary } from '../../results/types.ts';

/** Names of the folders below a folder of results, unfinished ones included. */
export async function resultsIn(runs: string): Promise<string[]> {
  return (await readdir(runs).catch(() => [])).sort();
}

/** The folder of the one result below a folder of results; several, or none, fail the test. */
export async function onlyResultIn(runs: string): Promise<string> {
  const [name = '', ...others] = await resultsIn(runs);
  expect([name, ...others]).toEqual([expect.stringMatching(/^\d{4}-/)]);
  return join(runs, name);
}

/** Reads and checks the one result below a folder of results. */
export async function readOnlyResult(runs: string): Promise<Result> {
  return readResult(await onlyResultIn(runs));
}

/** The summary of the result in this folder. */
export async function summaryIn(folder: string): Promise<Summary> {
  return JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Summary;
}

/** Median of a measure, in its unit. @throws Error when there is no such measure */
export function median(
  { measures }: Pick<Summary, 'measures'>,
  arm: Arm,
  state: State,
  phase = 'total',
): number {
  const found = measures.find((of) => of.arm === arm && of.state === state && of.phase === phase);
  if (found === undefined) throw new Error(`no ${phase} of ${arm}, ${state}`);
  return found.p50;
}
