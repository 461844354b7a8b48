/**
 * Rows of a run against a history, by the interval in which the history says that the next run lies.
 *
 * The median of a run varies from run to run by more than its own samples show. Where the history
 * knows by how much, the new median's ratio to the mean level has the prediction interval of Student's
 * distribution on the scale of logarithms: G. J. Hahn and W. Q. Meeker, "Statistical Intervals", 1991,
 * section 4.7. What is worse has to be so at a level that holds for all rows together: S. Holm, "A
 * simple sequentially rejective multiple test procedure", Scand. J. Stat. 6, 1979.
 */
import { isExact } from '../../bench/words.ts';
import { studentCdf, studentQuantile } from '../analyse/distributions.ts';
import { type ComparedRow, type Comparison, EXACT } from '../compare/compare.ts';
import { verdictOf, verdictOfSize, WORSE } from '../compare/verdict.ts';
import { figureKey, type HistoryBaseline, type Spread } from '../history/baseline.ts';

/** Probability, at most, that any row of a gate is called worse when none is by more than its margin. */
export const FAMILY_LEVEL = 0.025;

/** Remark on a row that is worse by itself, and not among so many. */
const NOT_AMONG_ALL = 'beyond the margin by itself, not at 95 % for all rows together';

interface Predicted {
  row: ComparedRow;
  /** One-sided, that the run is worse than the margin by chance; null where nothing is predicted. */
  p: number | null;
}

function predictRow(row: ComparedRow, values: readonly number[], spread: Spread): Predicted {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const change = Math.log(row.b.p50) - mean;
  const error = spread.sd * Math.sqrt(1 + 1 / logs.length);
  const reach = studentQuantile(0.975, spread.df) * error;
  const interval95: [number, number] = [Math.exp(change - reach), Math.exp(change + reach)];
  const verdict = (isExact(row.unit) ? verdictOfSize : verdictOf)(interval95, row.margin);
  const beyond = change - Math.log1p(row.margin);
  const certain = beyond > 0 ? 0 : 1;
  const p = error > 0 ? 1 - studentCdf(beyond / error, spread.df) : certain;
  return { row: { ...row, ratio: Math.exp(change), interval95, verdict, remark: null }, p };
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

/**
 * A comparison with a history, its intervals and verdicts those of the prediction. What is known
 * exactly, or not above zero, stays as it was compared.
 */
export function predicted(comparison: Comparison, { runs, spread }: HistoryBaseline): Comparison {
  const all = comparison.rows.map((row): Predicted => {
    const known = spread.get(figureKey(row));
    const values = runs.flatMap(({ groups }) =>
      groups
        .filter((group) => figureKey(group) === figureKey(row))
        .flatMap(({ batches }) => batches.flatMap((batch) => [...batch.values])),
    );
    const applies = row.remark !== EXACT && [...values, row.b.p50].every((value) => value > 0);
    if (known !== undefined && applies) return predictRow(row, values, known);
    return { row, p: null };
  });
  const worse = rejected(all);
  return {
    ...comparison,
    rows: all.map(({ row, p }) =>
      p === null || worse.has(row) || !WORSE.includes(row.verdict)
        ? row
        : { ...row, verdict: 'inconclusive' as const, remark: NOT_AMONG_ALL },
    ),
  };
}
