/**
 * What a report adds to a result's own figures: its claims, and what is known of its samples.
 */
import { CLAIMS } from '../../../bench/claims.ts';
import { claimsTable } from '../../../reports/model/claims.ts';
import {
  medianTable,
  type NamedDiagnosis,
  outlierTable,
  varianceTable,
} from '../../../reports/model/diagnosis.ts';
import type { Table } from '../../../reports/model/types.ts';
import { identityOfRun } from '../../../results/identity.ts';
import { hasSamples, type Measured, measuredOfRun } from '../../../results/measured.ts';
import type { Result } from '../../../results/types.ts';
import { diagnose } from '../../analyse/diagnose.ts';
import { nest, pooled } from '../../analyse/nested.ts';
import { type EvaluatedClaim, evaluateClaims } from '../../claims/evaluate.ts';
import { clockObjection } from '../../compare/arms.ts';
import { isKnownExactly } from '../../compare/verdict.ts';

/** The diagnosis of every arm and state of a result, without those that are known exactly. */
export function diagnoseAll({ groups }: Measured, seed: number): NamedDiagnosis[] {
  return groups.flatMap(({ benchmark, arm, state, phase, unit, batches }) => {
    const data = nest(batches);
    if (isKnownExactly(unit, pooled(data))) return [];
    return [{ benchmark, arm, state, phase, unit, ...diagnose(data, seed) }];
  });
}

/** Every claim, against a run. */
export function claimsOf({ summary, manifest }: Result): EvaluatedClaim[] {
  const identity = identityOfRun(summary, manifest);
  const objection = (a: string, b: string) =>
    clockObjection({ arm: a, identity }, { arm: b, identity });
  return evaluateClaims(CLAIMS, { ...summary, clockObjection: objection });
}

/** Tables of a run's claims and samples; none for a run without figures. */
export async function evidenceTables(result: Result): Promise<Table[]> {
  const { summary, manifest } = result;
  if (summary.status !== 'success') return [];
  const claims = claimsTable(claimsOf(result));
  if (!hasSamples(summary)) return [claims];
  const diagnoses = diagnoseAll(await measuredOfRun(result), manifest.seed);
  if (diagnoses.length === 0) return [claims];
  return [claims, medianTable(diagnoses), varianceTable(diagnoses), outlierTable(diagnoses)];
}
