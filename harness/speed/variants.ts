/** The medians of runs that differ only in how they start and over how many machines they spread. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../infra/errors.ts';
import { readResult } from '../../results/store/reader.ts';
import type { Variant } from './agreement.ts';

/** A way to run. */
export interface Way {
  name: string;
  options: readonly string[];
}

/** The ways; the first one is what the others are held against, the second one is the same once more. */
export const WAYS: readonly [Way, ...Way[]] = [
  { name: 'cold', options: ['--start', 'cold', '--jobs', '1'] },
  { name: 'cold, another boot', options: ['--start', 'cold', '--jobs', '1'] },
  { name: 'restored', options: ['--start', 'restored', '--jobs', '1'] },
  { name: 'restored, two at once', options: ['--start', 'restored', '--jobs', '2'] },
];

/** The command of a way. */
export function commandOf({ options }: Way, out: string): string[] {
  const benchmarks = ['--bench', 'page-walk', '--bench', 'events'];
  const where = ['--out', out, '--no-report'];
  return ['node', 'harness/cli/start.mjs', 'run', ...benchmarks, ...options, ...where];
}

/** The medians of the one result in a folder. @throws UserError when there is not one */
export async function variantOf({ name }: Way, out: string): Promise<Variant> {
  const [id, ...others] = await readdir(out);
  if (id === undefined || others.length > 0) {
    throw new UserError(
      `${out} holds ${others.length + Number(id !== undefined)} results, not one.`,
    );
  }
  const { summary } = await readResult(join(out, id));
  return { name, medians: summary.measures };
}
