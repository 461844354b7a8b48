/**
 * Rows of a run against runs before it, by how much runs differ while nothing changes.
 *
 * The median of a run varies from run to run by more than its own samples show. Where several runs say
 * by how much, the new median's ratio to their mean level has the prediction interval of Student's
 * distribution on the scale of logarithms: G. J. Hahn and W. Q. Meeker, "Statistical Intervals", 1991,
 * section 4.7.
 *
 * A row is worse when it lies beyond its margin and chance would not have changed it, at a level that
 * holds for all rows together. For that, runs are taken to differ by a third of the margin until they say
 * otherwise: that counts as much as seven runs (a moderated t: G. K. Smyth, Stat. Appl. Genet. Mol. Biol.
 * 3(1), 2004, section 3), so that a few runs serve no worse than one. All rows together: S. Holm, "A simple sequentially rejective multiple test procedure",
 * Scand. J. Stat. 6, 1979. docs/calibration.md has how often that is wrong.
 */
import { isExact } from '../../bench/words.ts';
import { normalCdf, studentCdf, studentQuantile } from '../analyse/distributions.ts';
import { type ComparedRow, type Comparison, EXACT } from '../compare/compare.ts';
import { verdictOf, verdictOfSize, WORSE } from '../compare/verdict.ts';
import { figureKey, type HistoryBaseline, type Spread } from '../history/baseline.ts';

/** Probability, at most, that any row of one comparison is called worse when none has changed. */
export const FAMILY_LEVEL = 0.05;

/** Standard deviation of runs, as a part of the margin, before they say it. */
export const ASSUMED_SPREAD = 1 / 3;

/** Degrees of freedom that this counts for beside those of the runs. */
const ASSUMED_FREEDOM = 6;

/** Remark on a row that is worse by itself, and not among so many. */
const NOT_AMONG_ALL = 'beyond the margin by itself, not at 95 % for all rows together';

/** Remark on a row whose interval holds the margin, and which has changed for certain. */
const CHANGED = 'beyond the margin, and changed at 95 % for all rows together';

interface Predicted {
  row: ComparedRow;
  /** One-sided, that a run where nothing changed is as dear; null where nothing is predicted. */
  p: number | null;
  /** Whether it is worse where that is improbable. */
  isBeyond: boolean;
}

/** One-sided, that a run where nothing changed is as dear, by the spread that is moderated. */
function chanceOf(change: number, margin: number, { sd, df }: Spread, runs: number): number {
  const assumed = ASSUMED_SPREAD * Math.log1p(margin);
  const freedom = df + ASSUMED_FREEDOM;
  const variance = (df * sd ** 2 + ASSUMED_FREEDOM * assumed ** 2) / freedom;
  return 1 - studentCdf(change / Math.sqrt(variance * (1 + 1 / runs)), freedom);
}

function predictRow(row: ComparedRow, values: readonly number[], spread: Spread): Predicted {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const change = Math.log(row.b.p50) - mean;
  const error = spread.sd * Math.sqrt(1 + 1 / logs.length);
  const reach = studentQuantile(0.975, spread.df) * error;
  const interval95: [number, number] = [Math.exp(change - reach), Math.exp(change + reach)];
  const verdict = (isExact(row.unit) ? verdictOfSize : verdictOf)(interval95, row.margin);
  return {
    row: { ...row, ratio: Math.exp(change), interval95, verdict, remark: null },
    p: chanceOf(change, row.margin, spread, logs.length),
    isBeyond: change > Math.log1p(row.margin),
  };
}

/** A row of runs that do not say how runs differ: its own interval decides what is beyond the margin. */
function supposeRow(row: ComparedRow, runs: number): Predicted {
  const error = ASSUMED_SPREAD * Math.log1p(row.margin) * Math.sqrt(1 + 1 / runs);
  const p = 1 - normalCdf(Math.log(row.ratio ?? 1) / error);
  return { row, p, isBeyond: WORSE.includes(row.verdict) };
}

/** Rows that Holm's procedure rejects at the family's level. */
function rejected(all: readonly Predicted[]): Set<ComparedRow> {
  const tests = all.filter((one): one is Predicted & { p: number } => one.p !== null);
  const found = new Set<ComparedRow>();
  for (const [place, { row, p }] of tests.sort((a, b) => a.p - b.p).entries()) {
    if (p > FAMILY_LEVEL / (tests.length - place)) break;
    found.add(row);
  }
  return found;
}

/** The row as all rows together make it. */
function concluded({ row, p, isBeyond }: Predicted, isRejected: boolean): ComparedRow {
  if (p === null) return row;
  const isWorse = WORSE.includes(row.verdict);
  if (isBeyond && isRejected) {
    const verdict = isExact(row.unit) ? 'larger' : 'slower';
    return isWorse ? row : { ...row, verdict, remark: CHANGED };
  }
  return isWorse ? { ...row, verdict: 'inconclusive', remark: NOT_AMONG_ALL } : row;
}

/**
 * A comparison with runs before, its intervals and verdicts those of the prediction. What is known
 * exactly, or not above zero, stays as it was compared.
 */
export function predicted(
  comparison: Comparison,
  { runs, spread }: Pick<HistoryBaseline, 'runs' | 'spread'>,
): Comparison {
  const all = comparison.rows.map((row): Predicted => {
    const known = spread.get(figureKey(row));
    const values = runs.flatMap(({ groups }) =>
      groups
        .filter((group) => figureKey(group) === figureKey(row))
        .flatMap(({ batches }) => batches.flatMap((batch) => [...batch.values])),
    );
    const applies = row.remark !== EXACT && [...values, row.b.p50].every((value) => value > 0);
    if (!applies || values.length === 0) return { row, p: null, isBeyond: false };
    return known === undefined ? supposeRow(row, values.length) : predictRow(row, values, known);
  });
  const worse = rejected(all);
  return { ...comparison, rows: all.map((one) => concluded(one, worse.has(one.row))) };
}
