/**
 * Compares two sets of results: for each benchmark, arm and state, how many times the first one's
 * median the second one's is, with its interval, its effect size and a verdict.
 *
 * The sets were measured apart from each other, so nothing is paired: units of the highest level that
 * either repeated are compared, by Student's t on logarithms (median-interval.ts).
 */
import { isExact } from '../../bench/words.ts';
import type { Measured } from '../../results/measured.ts';
import {
  differenceOfMedians,
  type IntervalBasis,
  medianInterval,
  ratioOfMedians,
} from '../analyse/median-interval.ts';
import { countUnits, type Nested, type NestedBatch, nest, sortedOf } from '../analyse/nested.ts';
import { quantile, type SortedSample } from '../analyse/quantile.ts';
import { cliffsDelta, mannWhitney } from '../analyse/rank-tests.ts';
import { defaultMargin, type MarginRule, ruledMargin } from './margins.ts';
import { checkIgnored, type Difference, demandMatch } from './match.ts';
import {
  isKnownExactly,
  type Verdict,
  verdictOf,
  verdictOfExact,
  verdictOfSize,
} from './verdict.ts';

/** One side of a row. */
export interface Side {
  n: number;
  runs: number;
  boots: number;
  /** Median of all pages. */
  p50: number;
  /** Of the median; null when too little was repeated. */
  interval95: [number, number] | null;
}

/** One thing that both sets measured. */
export interface ComparedRow {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
  a: Side;
  b: Side;
  /** Median of b over median of a; null when a median is not above zero. */
  ratio: number | null;
  interval95: [number, number] | null;
  /** 95 % interval of b's median less a's, where a's is 0 and there is no ratio; else absent. */
  difference95?: [number, number];
  /** How the interval came about. */
  basis: IntervalBasis;
  /** Cliff's delta of b against a: above 0 when b's values are the larger. */
  delta: number;
  /** Two-sided, of the Mann-Whitney test. Pages are not independent: no verdict is made of it. */
  p: number;
  margin: number;
  verdict: Verdict;
  /** Why there is no better verdict; null when nothing stands in the way. */
  remark: string | null;
}

/** Something that only one set measured. */
export interface MissingRow {
  benchmark: string;
  arm: string;
  state: string;
  /** The side that lacks it. */
  from: 'a' | 'b';
}

/** A comparison. */
export interface Comparison {
  a: string[];
  b: string[];
  rows: ComparedRow[];
  missing: MissingRow[];
  /** Differences that were told to be ignored, and updates, which change no count. */
  ignored: Difference[];
  /** What may stand behind a difference, and forbids no comparison. */
  warnings: string[];
}

/** What may be chosen of a comparison. */
export interface CompareOptions {
  /** Keys in which the results may differ. */
  ignore: readonly string[];
  /** For every arm, as a part of the reference; undefined: each arm's own. */
  margin?: number | undefined;
  /** For some of the rows; before `margin`. */
  margins?: readonly MarginRule[];
}

/** All batches of one thing, out of one set. */
interface Gathered {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
  batches: NestedBatch[];
  base: NestedBatch[];
}

function gather(set: readonly Measured[]): Map<string, Gathered> {
  const all = new Map<string, Gathered>();
  for (const { groups } of set) {
    for (const { benchmark, arm, state, phase, unit, batches, base = [] } of groups) {
      const key = [benchmark, arm, state].join('\n');
      const known = all.get(key);
      if (known === undefined) {
        const own = { batches: [...batches], base: [...base] };
        all.set(key, { benchmark, arm, state, phase, unit, ...own });
      } else {
        known.batches.push(...batches);
        known.base.push(...base);
      }
    }
  }
  return all;
}

interface Analysed {
  side: Side;
  data: Nested;
  sorted: SortedSample;
}

function analyseSide({ batches, base }: Gathered): Analysed {
  const data = nest(batches, base.length === 0 ? undefined : base);
  const sorted = sortedOf(data);
  const { run, boot, page } = countUnits(data);
  const { interval95 } = medianInterval(data);
  const side = { n: page, runs: run, boots: boot, p50: quantile(sorted, 0.5), interval95 };
  return { side, data, sorted };
}

/** Remark on a row without an interval, which it does not need. */
export const EXACT = 'found once on each side or alike each time: compared as it is';

/** Remark on a row whose baseline is zero. */
export const BY_DIFFERENCE = 'the median of A is 0: compared by difference, any of which counts';

/** Remark on a row that lies within its margin, as far as one boot can say. */
export const ONE_BOOT =
  'within the margin, but how boots differ was not measured: two boots or runs tell';

/** Whether an interval counts boots or runs: what lies above the data of one boot was not sampled. */
function isAcrossBoots({ level }: IntervalBasis): boolean {
  return level === 'run' || level === 'boot';
}

/** The verdict on a difference: there is nothing that a margin could be a part of. */
function verdictOfDifference([low, high]: readonly [number, number], exact: boolean): Verdict {
  if (low > 0) return exact ? 'larger' : 'slower';
  if (high < 0) return exact ? 'smaller' : 'faster';
  return low === 0 && high === 0 ? 'equivalent' : 'inconclusive';
}

function remarkOf(basis: IntervalBasis, exact: boolean): string | null {
  if (exact) return EXACT;
  return basis.reason ?? null;
}

function compareRow(a: Gathered, b: Gathered, margin: number): ComparedRow {
  const { benchmark, arm, state, phase, unit } = a;
  const [first, second] = [analyseSide(a), analyseSide(b)];
  const [before, after] = [first.side.p50, second.side.p50];
  const exact = [first, second].every(({ sorted }) => isKnownExactly(unit, sorted));
  const byDifference = before === 0 && !exact;
  const way = byDifference ? differenceOfMedians : ratioOfMedians;
  const { interval95: known, basis } = way(first.data, second.data);
  const difference95 = byDifference ? (known ?? undefined) : undefined;
  const interval95 = byDifference || exact ? null : known;
  const judge = isExact(unit) ? verdictOfSize : verdictOf;
  const found =
    difference95 === undefined
      ? judge(interval95, margin)
      : verdictOfDifference(difference95, isExact(unit));
  const isOpen = found === 'equivalent' && !isAcrossBoots(basis);
  const verdict = isOpen ? 'inconclusive' : found;
  return {
    benchmark,
    arm,
    state,
    phase,
    unit,
    a: first.side,
    b: second.side,
    ratio: before > 0 && after > 0 ? after / before : null,
    interval95,
    ...(difference95 && { difference95 }),
    basis,
    delta: cliffsDelta(second.sorted, first.sorted),
    p: mannWhitney(second.sorted, first.sorted).p,
    margin,
    verdict: exact ? verdictOfExact(before, after, margin) : verdict,
    remark: difference95 ? BY_DIFFERENCE : (remarkOf(basis, exact) ?? (isOpen ? ONE_BOOT : null)),
  };
}

/** Makes sure that all results of both sets match. @returns the differences that remain */
function matchAll(
  a: readonly Measured[],
  b: readonly Measured[],
  ignore: readonly string[],
): Difference[] {
  const [first, ...others] = [...a, ...b];
  checkIgnored(
    ignore,
    [...a, ...b].map(({ identity }) => identity),
  );
  if (first === undefined) return [];
  const ignored = others.flatMap((other) => demandMatch(first, other, ignore));
  return ignored.filter(
    ({ key, b: value }, i) => ignored.findIndex((d) => d.key === key && d.b === value) === i,
  );
}

/**
 * Compares the sets. The same results give the same comparison.
 * @throws UserError when their manifests do not match
 */
export function compareSets(
  a: readonly Measured[],
  b: readonly Measured[],
  options: CompareOptions,
): Comparison {
  const ignored = matchAll(a, b, options.ignore);
  const [first, second] = [gather(a), gather(b)];
  const identity = a[0]?.identity ?? {};
  const rows: ComparedRow[] = [];
  const missing: MissingRow[] = [];
  for (const [key, group] of first) {
    const { benchmark, arm, state } = group;
    const other = second.get(key);
    if (other === undefined) {
      missing.push({ benchmark, arm, state, from: 'b' });
      continue;
    }
    const margin =
      ruledMargin(options.margins ?? [], group) ??
      options.margin ??
      defaultMargin(arm, identity, group.unit);
    rows.push(compareRow(group, other, margin));
  }
  for (const [key, { benchmark, arm, state }] of second) {
    if (!first.has(key)) missing.push({ benchmark, arm, state, from: 'a' });
  }
  const names = (set: readonly Measured[]) => set.map(({ id }) => id);
  return {
    a: names(a),
    b: names(b),
    rows,
    missing,
    ignored,
    warnings: warningsOf(a, b),
  };
}

/** Images that were not built alike: another compiler makes other instructions. */
function warningsOf(a: readonly Measured[], b: readonly Measured[]): string[] {
  const toolsOf = (set: readonly Measured[]) =>
    [...new Set(set.flatMap(({ buildTools }) => buildTools ?? []))].sort().join(' and ');
  const [first, second] = [toolsOf(a), toolsOf(b)];
  if (first === '' || second === '' || first === second) return [];
  return [
    `Images were not built with the same tools: those of A with ${first}, those of B with ${second}. Another compiler makes other instructions.`,
  ];
}
