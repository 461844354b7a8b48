/**
 * `tinyvmi-bench compare`: two results, or two sets of them, against each other.
 */
import { EXIT_CODES, UserError } from '../../../infra/errors.ts';
import { comparisonBrief } from '../../../reports/model/comparison.ts';
import { writeReport } from '../../../reports/write.ts';
import { type Measured, readSet } from '../../../results/measured.ts';
import { pairArms } from '../../compare/arms.ts';
import { type CompareOptions, type Comparison, compareSets } from '../../compare/compare.ts';
import { demandKnown, type Filter, filtered } from '../../compare/filter.ts';
import type { CommandContext } from './context.ts';
import { baselinePath, type NamedBaselineOptions, saveBaseline } from './named-baselines.ts';
import { marginRules } from './numbers.ts';
import { printBrief } from './print.ts';
import { comparedReport } from './set-reports.ts';

/** Options of a comparison, as they are written. */
export interface RawCompareOptions {
  ignore?: string[];
  margin?: string[];
  bench?: string[];
  arm?: string[];
  state?: string[];
  markdown?: boolean;
}

/** What a comparison is to be like. @throws UserError of kind usage */
export function compareOptionsOf({ ignore = [], margin = [] }: RawCompareOptions): CompareOptions {
  return { ignore, margins: marginRules(margin) };
}

/** What of the results is compared. */
export function filterOf({ bench = [], arm = [], state = [] }: RawCompareOptions): Filter {
  const split = (texts: readonly string[]) =>
    texts.flatMap((text) => text.split(',')).filter((name) => name !== '');
  return { bench: split(bench), arm: split(arm), state: split(state) };
}

/** Compares, and makes sure that there is something that both measured. */
export function compareOrFail(
  a: readonly Measured[],
  b: readonly Measured[],
  options: CompareOptions,
): Comparison {
  return demandRows(compareSets(a, b, options), a, b);
}

/** The comparison. @throws UserError for one of things that have nothing in common, saying what they have */
export function demandRows(
  comparison: Comparison,
  a: readonly Measured[],
  b: readonly Measured[],
): Comparison {
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
export type RawCompareCommand = RawCompareOptions &
  NamedBaselineOptions & { arms?: string; report?: string; baseline?: string };

/** The two sides as they were named: a baseline stands for the first. */
function sidesOf(a: string, b: string | undefined, baseline: string | undefined): [string, string] {
  if (baseline === undefined && b !== undefined) return [a, b];
  if (baseline !== undefined && b === undefined) return [baseline, a];
  throw new UserError(
    baseline === undefined ? `${a} is compared with nothing.` : 'There are three sides to compare.',
    { kind: 'usage', advice: 'Give two results, or one and --baseline <name>.' },
  );
}

/** Compares and prints. @returns the exit code: success when there was something to compare */
export async function compareCommand(
  a: string,
  b: string | undefined,
  raw: RawCompareCommand,
  context: CommandContext,
): Promise<number> {
  const options = compareOptionsOf(raw);
  const { progress } = context;
  progress.step('Reading and comparing the results');
  const [before, after] = sidesOf(a, b, raw.baseline);
  const whole = [await readSet(await baselinePath(before, raw)), await readSet(after)] as const;
  const filter = filterOf(raw);
  demandKnown(filter, options.margins ?? [], whole.flat());
  const [one, other] = whole.map((set) => set.map((measured) => filtered(measured, filter)));
  const sets: [Measured[], Measured[]] = [one ?? [], other ?? []];
  const [first, second] = raw.arms === undefined ? sets : pairArms(...sets, raw.arms);
  const comparison = compareOrFail(first, second, options);
  if (raw.report !== undefined) progress.step('Drawing the report');
  const report =
    raw.report === undefined
      ? undefined
      : await writeReport(raw.report, comparedReport(first, second, comparison));
  const saved = await saveBaseline(raw, whole[1]);
  const document = { status: 'success', ...comparison, ...(report && { report }), ...saved };
  printBrief(comparisonBrief(comparison), document, raw, context);
  return EXIT_CODES.success;
}
