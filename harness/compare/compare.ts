/**
 * Compares two sets of results: for each benchmark, arm and state, how many times the first one's
 * median the second one's is, with its interval, its effect size and a verdict.
 *
 * The sets were measured apart from each other, so nothing is paired: each side's median is
 * resampled by itself through all its levels (hierarchical-bootstrap.ts), and the ratio is taken of
 * the replicates (A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application", 1997,
 * section 3.2, several samples).
 */
import { createHash } from 'node:crypto';
import { isExact } from '../../bench/words.ts';
import type { Measured } from '../../results/measured.ts';
import {
  independentUnits,
  medianReplicates,
  percentileInterval,
} from '../analyse/hierarchical-bootstrap.ts';
import { countUnits, type Nested, type NestedBatch, nest, pooled } from '../analyse/nested.ts';
import { quantile, sortedSample } from '../analyse/quantile.ts';
import { cliffsDelta, mannWhitney } from '../analyse/rank-tests.ts';
import { type Random, seededRandom } from '../plan/prng.ts';
import { defaultMargin, type MarginRule, ruledMargin } from './margins.ts';
import { checkIgnored, type Difference, demandMatch } from './match.ts';
import {
  isKnownExactly,
  type Verdict,
  verdictOf,
  verdictOfExact,
  verdictOfSize,
} from './verdict.ts';

/** Fewest values whose spread says anything. */
const FEWEST = 3;

/** One side of a row. */
export interface Side {
  n: number;
  runs: number;
  boots: number;
  /** Median of all pages. */
  p50: number;
  /** Hierarchical bootstrap interval of the median; null when there are too few values. */
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
  seed: number;
  rows: ComparedRow[];
  missing: MissingRow[];
  /** Differences that were told to be ignored. */
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
  /** Replicates of the bootstrap (default: its own): few will do where intervals decide nothing. */
  replicates?: number;
  seed: number;
}

/** All batches of one thing, out of one set. */
interface Gathered {
  benchmark: string;
  arm: string;
  state: string;
  phase: string;
  unit: string;
  batches: NestedBatch[];
}

function gather(set: readonly Measured[]): Map<string, Gathered> {
  const all = new Map<string, Gathered>();
  for (const { groups } of set) {
    for (const { benchmark, arm, state, phase, unit, batches } of groups) {
      const key = [benchmark, arm, state].join('\n');
      const known = all.get(key);
      if (known === undefined) {
        all.set(key, { benchmark, arm, state, phase, unit, batches: [...batches] });
      } else known.batches.push(...batches);
    }
  }
  return all;
}

/** Random numbers of a row, whatever other rows there are. */
function randomFor(seed: number, key: string): Random {
  const digest = createHash('sha256').update(`${seed}\n${key}`).digest();
  return seededRandom(digest.readBigUInt64LE());
}

interface Analysed {
  side: Side;
  sorted: ReturnType<typeof sortedSample>;
  replicates: Float64Array | undefined;
  /** Independent units, see hierarchical-bootstrap.ts. */
  units: number;
}

function analyseSide(data: Nested, random: Random, count?: number): Analysed {
  const sorted = sortedSample(pooled(data));
  const { run, boot, page } = countUnits(data);
  const units = independentUnits(data);
  const replicates = page < FEWEST ? undefined : medianReplicates(data, random, count);
  const side = {
    n: page,
    runs: run,
    boots: boot,
    p50: quantile(sorted, 0.5),
    interval95: replicates === undefined ? null : percentileInterval(replicates, units),
  };
  return { side, sorted, replicates, units };
}

function ratioInterval(a: Analysed, b: Analysed): [number, number] | null {
  if (a.replicates === undefined || b.replicates === undefined) return null;
  const ratios = b.replicates.map((value, i) => value / (a.replicates?.[i] as number));
  return percentileInterval(ratios, fewestUnits(a.units, b.units));
}

/** Units of the side that has fewer, not counting a side of one: what varies there is not known. */
function fewestUnits(a: number, b: number): number {
  return Math.min(a, b) > 1 ? Math.min(a, b) : Math.max(a, b);
}

/** Remark on a row without an interval, which it does not need. */
export const EXACT = 'found once on each side or alike each time: compared as it is';

/** Remark on a row whose baseline is zero. */
export const BY_DIFFERENCE = 'the median of A is 0: compared by difference, any of which counts';

/** The interval of the difference to a median of 0; undefined where there is another, or none. */
function differenceInterval(a: Analysed, b: Analysed): [number, number] | undefined {
  if (a.side.p50 !== 0 || a.replicates === undefined || b.replicates === undefined)
    return undefined;
  const differences = b.replicates.map((value, i) => value - (a.replicates?.[i] as number));
  return percentileInterval(differences, fewestUnits(a.units, b.units));
}

/** The verdict on a difference: there is nothing that a margin could be a part of. */
function verdictOfDifference([low, high]: readonly [number, number], exact: boolean): Verdict {
  if (low > 0) return exact ? 'larger' : 'slower';
  if (high < 0) return exact ? 'smaller' : 'faster';
  return low === 0 && high === 0 ? 'equivalent' : 'inconclusive';
}

function remarkOf(a: Side, b: Side, positive: boolean, exact: boolean): string | null {
  if (exact) return EXACT;
  if (!positive) return 'a median is not above zero, so that there is no ratio';
  const few = [a, b].find(({ n }) => n < FEWEST);
  if (few === undefined) return null;
  return `${few.n === 1 ? 'one value says' : `${few.n} values say`} nothing of the spread`;
}

function compareRow(
  a: Gathered,
  b: Gathered,
  margin: number,
  { seed, replicates }: CompareOptions,
): ComparedRow {
  const { benchmark, arm, state, phase, unit } = a;
  const random = randomFor(seed, [benchmark, arm, state].join('\n'));
  const first = analyseSide(nest(a.batches), random, replicates);
  const second = analyseSide(nest(b.batches), random, replicates);
  const positive =
    (first.replicates ?? first.sorted).every((value) => value > 0) &&
    (second.replicates ?? second.sorted).every((value) => value > 0);
  const exact = [first, second].every(({ sorted }) => isKnownExactly(unit, sorted));
  const interval95 = positive && !exact ? ratioInterval(first, second) : null;
  const difference95 = exact || positive ? undefined : differenceInterval(first, second);
  const judge = isExact(unit) ? verdictOfSize : verdictOf;
  const verdict =
    difference95 === undefined
      ? judge(interval95, margin)
      : verdictOfDifference(difference95, isExact(unit));
  return {
    benchmark,
    arm,
    state,
    phase,
    unit,
    a: first.side,
    b: second.side,
    ratio: positive ? second.side.p50 / first.side.p50 : null,
    interval95,
    ...(difference95 && { difference95 }),
    delta: cliffsDelta(second.sorted, first.sorted),
    p: mannWhitney(second.sorted, first.sorted).p,
    margin,
    verdict: exact ? verdictOfExact(first.side.p50, second.side.p50, margin) : verdict,
    remark: difference95 ? BY_DIFFERENCE : remarkOf(first.side, second.side, positive, exact),
  };
}

/** Makes sure that all results of both sets match. @returns the differences that were ignored */
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
 * Compares the sets. The same results and seed give the same comparison.
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
    rows.push(compareRow(group, other, margin, options));
  }
  for (const [key, { benchmark, arm, state }] of second) {
    if (!first.has(key)) missing.push({ benchmark, arm, state, from: 'a' });
  }
  const names = (set: readonly Measured[]) => set.map(({ id }) => id);
  return {
    a: names(a),
    b: names(b),
    seed: options.seed,
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
