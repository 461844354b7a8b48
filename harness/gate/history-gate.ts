/**
 * The gate of a run against a history, and the line that the history keeps of it.
 */
import type { Acceptance, HistoryEntry } from '../../results/history/types.ts';
import type { Measured } from '../../results/measured.ts';
import { type CompareOptions, type Comparison, compareSets } from '../compare/compare.ts';
import { beginningOf } from '../history/append.ts';
import { baselineOf, FEWEST_FREEDOM } from '../history/baseline.ts';
import { entryOf } from '../history/entry.ts';
import { accept, type GateOptions, type GateReport, judge } from './gate.ts';
import { predicted } from './prediction.ts';

/** Runs of a level, the one that is judged among them, up to which a gate may still begin. */
const BEGINNING = 5;

/** A history as it is before the run. */
export interface Past {
  path: string;
  entries: readonly HistoryEntry[];
  /** Newest runs that make the level. */
  window: number;
}

/** How a run is judged by a history. */
export interface HistoryGateOptions extends GateOptions {
  compare: CompareOptions;
  /** What of a result is judged. */
  only?: (measured: Measured) => Measured;
  /** Measures once more; without it, one comparison decides. */
  confirm?: (() => Promise<Measured>) | undefined;
  accepted?: Acceptance | undefined;
  /** Whether a run whose segment is new may be judged by another one: `baselineOf`. */
  across?: boolean;
}

/** What came of it: a report, or the reason why there is nothing to judge by yet. */
export type HistoryVerdict =
  | { report: GateReport; begun: null; entry: HistoryEntry }
  | { report: null; begun: string; entry: HistoryEntry };

/** Judges a run by a history. @throws UserError as `baselineOf` and `compareSets` do */
export async function judgeByHistory(
  past: Past,
  run: Measured,
  { compare, only = (measured) => measured, confirm, accepted, strict, across }: HistoryGateOptions,
): Promise<HistoryVerdict> {
  const baseline = baselineOf(past.path, past.entries, run, past.window, across);
  const own = { ...entryOf(run), ...(accepted && { accepted }) };
  const begins = beginningOf(own, past.entries);
  const segment = begins === null ? '' : `A segment begins: ${begins}. `;
  const { cause, runs: since } = baseline.beginning;
  const begin = (why: string): HistoryVerdict => ({
    report: null,
    begun: `${segment}Begun, not gated: ${since + 1} of ${BEGINNING} runs since ${cause}. ${why}`,
    entry: { ...own, gate: 'begun' },
  });
  if (baseline.runs.length === 0 || baseline.spread.size === 0) {
    return begin(
      `${past.path} has ${baseline.runs.length} runs that this one can be compared with, and how runs differ takes ${FEWEST_FREEDOM + 1}.`,
    );
  }
  const runs = baseline.runs.map(only);
  const against = (measured: Measured): Comparison =>
    predicted(compareSets(runs, [only(measured)], compare), { ...baseline, runs });
  const judged = await judge(against(run), confirm && (async () => against(await confirm())), {
    strict,
  });
  const { outcome, missing, first } = judged;
  const isOpen = outcome === 'unknown' && missing.length === 0 && first.rows.length > 0;
  if (isOpen && !strict && since < BEGINNING) {
    return begin(`${judged.reason} Nothing is worse for certain.`);
  }
  const report = { ...(accepted ? accept(judged, accepted) : judged), remarks: baseline.remarks };
  return { report, begun: null, entry: { ...own, gate: judged.outcome } };
}
