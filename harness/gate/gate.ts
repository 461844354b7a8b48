/**
 * Whether a new run is worse than a baseline. A regression has to exclude the margin, and to come
 * back in a confirming run: what happens once in twenty runs by chance happens twice in a row once
 * in four hundred.
 */
import type { Acceptance } from '../../results/history/types.ts';
import type { GateReliability } from '../calibrate/published.ts';
import type { ComparedRow, Comparison, MissingRow } from '../compare/compare.ts';
import { BETTER, WORSE } from '../compare/verdict.ts';
import { nameOfRow, namesOf, worstOf } from '../compare/worst.ts';

/** How a gate ends. `unknown`: it could not tell. */
export type GateOutcome = 'pass' | 'regression' | 'unknown';

/** Exit codes of the gate. */
export const GATE_EXIT_CODES: Readonly<Record<GateOutcome, number>> = {
  pass: 0,
  regression: 1,
  unknown: 2,
};

/** What a gate found. */
export interface GateReport {
  outcome: GateOutcome;
  /** One sentence. */
  reason: string;
  /** Rows that are slower or larger, in both comparisons when there are two. */
  regressions: ComparedRow[];
  /** Rows that were slower or larger and did not come back. */
  unconfirmed: ComparedRow[];
  inconclusive: ComparedRow[];
  faster: ComparedRow[];
  /** What the baseline has and the new run lacks. */
  missing: MissingRow[];
  first: Comparison;
  confirming: Comparison | null;
  /** Why the worse is wanted, and its date: it is a regression no more. */
  accepted?: Acceptance;
  /** How often gates like this one are wrong, by simulation. */
  reliability?: GateReliability;
  /** What has to be known of the baseline, in sentences. */
  remarks?: readonly string[];
}

/** A regression that somebody wants. Anything else stays as it is. */
export function accept(report: GateReport, accepted: Acceptance): GateReport {
  const reason = `Accepted (${accepted.why}): ${report.reason}`;
  if (report.outcome !== 'regression') return { ...report, accepted };
  return { ...report, accepted, outcome: 'pass', reason };
}

/** How a gate judges. */
export interface GateOptions {
  /** Whether a row without a clear verdict means that it could not tell. */
  strict: boolean;
}

/** Whether a row says that nothing got worse by more than the margin. */
function isClear({ verdict, interval95, margin }: ComparedRow): boolean {
  if (verdict !== 'inconclusive') return !WORSE.includes(verdict);
  return interval95 !== null && interval95[1] <= 1 + margin;
}

const worse = ({ rows }: Comparison) => rows.filter(({ verdict }) => WORSE.includes(verdict));

/** What rows are that got worse. */
function wordFor(rows: readonly ComparedRow[]): string {
  const larger = rows.some(({ verdict }) => verdict === 'larger');
  const slower = rows.some(({ verdict }) => verdict === 'slower');
  if (larger && slower) return 'Slower or larger';
  return larger ? 'Larger' : 'Slower';
}

function conclude(
  found: Omit<GateReport, 'outcome' | 'reason'>,
  { strict }: GateOptions,
): GateReport {
  const end = (outcome: GateOutcome, reason: string) => ({ outcome, reason, ...found });
  const { regressions, unconfirmed, missing, inconclusive, first, confirming } = found;
  if (first.rows.length === 0) return end('unknown', 'There is nothing that both measured.');
  if (regressions.length > 0) {
    const twice = confirming === null ? '' : ', twice';
    return end(
      'regression',
      `${wordFor(regressions)} than the baseline${twice}: ${worstOf(regressions)}.`,
    );
  }
  if (missing.length > 0) {
    return end('unknown', `The new run lacks what the baseline has: ${namesOf(missing)}.`);
  }
  if (![first, confirming].some((comparison) => comparison?.rows.some(isClear))) {
    const twice = confirming === null ? '' : ', twice';
    return end(
      'unknown',
      `No clear verdict in any of ${first.rows.length} comparisons${twice}: ${namesOf(first.rows)}.`,
    );
  }
  if (strict && inconclusive.length > 0) {
    return end('unknown', `No clear verdict: ${namesOf(inconclusive)}.`);
  }
  const once =
    unconfirmed.length === 0
      ? ''
      : ` ${wordFor(unconfirmed)} once, and not in the confirming run: ${worstOf(unconfirmed)}.`;
  return end('pass', `No regression in ${first.rows.length} comparisons.${once}`);
}

/**
 * Judges a comparison of a baseline (a) with a new run (b).
 * @param confirm measures once more and compares with the same baseline; called only when there is
 * something to confirm, or when no row is clear. Without it, one comparison decides.
 */
export async function judge(
  first: Comparison,
  confirm: (() => Promise<Comparison>) | undefined,
  options: GateOptions,
): Promise<GateReport> {
  const suspects = worse(first);
  const isOpen = suspects.length > 0 || (first.rows.length > 0 && !first.rows.some(isClear));
  const confirming = isOpen && confirm !== undefined ? await confirm() : null;
  const again = confirming === null ? suspects : worse(confirming);
  const isAgain = (row: ComparedRow) => again.some((other) => nameOfRow(other) === nameOfRow(row));
  const lost = (confirming?.missing ?? []).filter(({ from }) => from === 'b');
  return conclude(
    {
      regressions: suspects.filter(isAgain),
      unconfirmed: suspects.filter((row) => !isAgain(row)),
      inconclusive: first.rows.filter(({ verdict }) => verdict === 'inconclusive'),
      faster: first.rows.filter(({ verdict }) => BETTER.includes(verdict)),
      missing: [...first.missing.filter(({ from }) => from === 'b'), ...lost],
      first,
      confirming,
    },
    options,
  );
}
