/**
 * `tinyvmi-bench compare`: two results, or two sets of them, against each other.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { comparisonBrief } from '../../../reports/model/comparison.ts';
import { writeReport } from '../../../reports/write.ts';
import { type Measured, readSet } from '../../../results/measured.ts';
import { pairArms } from '../../compare/arms.ts';
import { type CompareOptions, type Comparison, compareSets } from '../../compare/compare.ts';
import type { CommandContext } from './context.ts';
import { marginOf, wholeOf } from './numbers.ts';
import { printBrief } from './print.ts';
import { comparedReport } from './set-reports.ts';

/** Options of a comparison, as they are written. */
export interface RawCompareOptions {
  ignore?: string[];
  margin?: string;
  seed: string;
  markdown?: boolean;
}

/** What a comparison is to be like. @throws UserError of kind usage */
export function compareOptionsOf({ ignore = [], margin, seed }: RawCompareOptions): CompareOptions {
  return { ignore, margin: marginOf(margin), seed: wholeOf('seed', seed, 0) };
}

/** Compares, and makes sure that there is something that both measured. */
export function compareOrFail(
  a: readonly Measured[],
  b: readonly Measured[],
  options: CompareOptions,
): Comparison {
  const comparison = compareSets(a, b, options);
  if (comparison.rows.length > 0) return comparison;
  const has = (set: readonly Measured[]) =>
    [
      ...new Set(
        set.flatMap(({ groups }) => groups.map((g) => `${g.benchmark} ${g.arm} ${g.state}`)),
      ),
    ].join(', ');
  throw new UserError('There is nothing that both measured.', {
    advice: `The first has ${has(a)}; the second has ${has(b)}.`,
  });
}

/** Options of `compare` alone. */
export type RawCompareCommand = RawCompareOptions & { arms?: string; report?: string };

/** Compares and prints. @returns the exit code: success when there was something to compare */
export async function compareCommand(
  a: string,
  b: string,
  raw: RawCompareCommand,
  context: CommandContext,
): Promise<number> {
  const options = compareOptionsOf(raw);
  const { progress } = context;
  progress.step('Reading and comparing the results');
  const sets: [Measured[], Measured[]] = [await readSet(a), await readSet(b)];
  const [first, second] = raw.arms === undefined ? sets : pairArms(...sets, raw.arms);
  const comparison = compareOrFail(first, second, options);
  if (raw.report !== undefined) progress.step('Drawing the report');
  const report =
    raw.report === undefined
      ? undefined
      : await writeReport(raw.report, comparedReport(first, second, comparison));
  const document = { status: 'success', ...comparison, ...(report && { report }) };
  printBrief(comparisonBrief(comparison), document, raw, context);
  return EXIT_CODES.success;
}
