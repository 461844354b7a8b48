/**
 * What a report adds to a result's own figures: its claims, and what is known of its samples.
 */
import { setImmediate } from 'node:timers/promises';
import { CLAIMS } from '../../../bench/claims.ts';
import { findBenchmark } from '../../../bench/registry.ts';
import type { SampleEvidence } from '../../../reports/model/build.ts';
import type { NamedDiagnosis } from '../../../reports/model/diagnosis.ts';
import type { NamedSpread } from '../../../reports/model/samples.ts';
import { identityOfRun } from '../../../results/identity.ts';
import { hasSamples, type Measured, measuredOfRun } from '../../../results/measured.ts';
import { hasFigures, type Result } from '../../../results/types.ts';
import { diagnose } from '../../analyse/diagnose.ts';
import { nest, valuesIn } from '../../analyse/nested.ts';
import { spreadOf } from '../../analyse/spread.ts';
import { type EvaluatedClaim, evaluateClaims } from '../../claims/evaluate.ts';
import { clockObjection } from '../../compare/arms.ts';
import { isKnownExactly } from '../../compare/verdict.ts';

/** What a sample of a benchmark is about that is none of the suite's. */
const ANY_SAMPLE = 'sample';

/** What one sample of a benchmark is about: a page, an event, or a sample of somebody else's. */
function perOf(benchmark: string): string {
  return findBenchmark(benchmark)?.per ?? ANY_SAMPLE;
}

/** What one sample of these groups is about, in one word for all. */
export function perOfAll(groups: readonly { benchmark: string }[]): string {
  const [first = ANY_SAMPLE, ...others] = new Set(groups.map(({ benchmark }) => perOf(benchmark)));
  return others.length === 0 ? first : ANY_SAMPLE;
}

/** Groups that have a spread to speak of: what is known exactly has none. */
function spreadGroups({ groups }: Pick<Measured, 'groups'>): Measured['groups'] {
  return groups.filter(({ unit, batches }) => !isKnownExactly(unit, valuesIn(batches)));
}

/** The diagnosis of every arm and state of a result, without those that are known exactly. */
export function diagnoseAll(measured: Pick<Measured, 'groups'>): NamedDiagnosis[] {
  return spreadGroups(measured).map(({ benchmark, arm, state, phase, unit, batches, base }) => ({
    ...{ benchmark, arm, state, phase, unit },
    ...diagnose(nest(batches, base)),
  }));
}

/** What is drawn of the samples of every arm and state. */
export function spreadAll(measured: Pick<Measured, 'groups'>): NamedSpread[] {
  return spreadGroups(measured).map(({ benchmark, arm, state, unit, batches, base }) => ({
    ...{ benchmark, arm, state, unit },
    per: perOf(benchmark),
    ...spreadOf(batches, base),
  }));
}

/** Every claim, against a run. */
export function claimsOf({ summary, manifest }: Result): EvaluatedClaim[] {
  const identity = identityOfRun(summary, manifest);
  const objection = (a: string, b: string) =>
    clockObjection({ arm: a, identity }, { arm: b, identity });
  return evaluateClaims(CLAIMS, { ...summary, clockObjection: objection });
}

/** Samples alone: a fact that was found once has no distribution. */
function withoutObservations(measured: Measured): Measured {
  const isSampled = ({ benchmark }: Measured['groups'][number]) =>
    findBenchmark(benchmark)?.kind !== 'observations';
  return { ...measured, groups: measured.groups.filter(isSampled) };
}

/** Claims and samples of a run; nothing of a run without figures. */
export async function evidenceOf(result: Result): Promise<SampleEvidence> {
  const { summary } = result;
  if (!hasFigures(summary)) return { claims: [], diagnoses: [], spreads: [] };
  const claims = claimsOf(result);
  if (!hasSamples(summary)) return { claims, diagnoses: [], spreads: [] };
  const measured = withoutObservations(await measuredOfRun(result));
  const diagnoses: NamedDiagnosis[] = [];
  const spreads: NamedSpread[] = [];
  for (const group of measured.groups) {
    // A Ctrl-C is told between two of them.
    await setImmediate();
    diagnoses.push(...diagnoseAll({ groups: [group] }));
    spreads.push(...spreadAll({ groups: [group] }));
  }
  return { claims, diagnoses, spreads };
}
