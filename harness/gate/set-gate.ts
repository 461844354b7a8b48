/**
 * The gate of a run against a set of runs that nobody ordered.
 */
import type { Measured } from '../../results/measured.ts';
import { type CompareOptions, type Comparison, compareSets } from '../compare/compare.ts';
import { baselineOfRuns } from '../history/baseline.ts';
import { type GateOptions, type GateReport, judge } from './gate.ts';
import { predicted } from './prediction.ts';

/** How a run is judged by a set. */
export interface SetGateOptions extends GateOptions {
  compare: CompareOptions;
  /** Measures once more; without it, one comparison decides. */
  confirm?: (() => Promise<Measured>) | undefined;
}

/** Judges a run by a set. @throws UserError as `compareSets` does */
export function judgeBySet(
  set: readonly Measured[],
  run: Measured,
  { compare, confirm, strict }: SetGateOptions,
): Promise<GateReport> {
  const baseline = baselineOfRuns(set);
  const against = (measured: Measured): Comparison =>
    predicted(compareSets(set, [measured], compare), baseline);
  return judge(against(run), confirm && (async () => against(await confirm())), { strict });
}
