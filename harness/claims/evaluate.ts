/**
 * Whether a result backs a claim. A claim is supported when the whole interval of its ratio lies
 * where it has to, not supported when the whole of it lies outside, and inconclusive otherwise.
 */
import { type Claim, optionsFor, type Quantity, type RatioExpression } from '../../bench/claims.ts';
import type { Measure, Ratio } from '../analyse/analyse.ts';
import { FEWEST_FOR_MEDIAN } from '../analyse/quantile-interval.ts';
import { intervalOf, ratioInterval } from '../analyse/ratio-interval.ts';

/** What a result says of a claim. */
export type ClaimVerdict = 'supported' | 'not supported' | 'inconclusive';

/** A claim with its verdict and its numbers. */
export interface EvaluatedClaim {
  claim: Claim;
  verdict: ClaimVerdict;
  /** Why it is inconclusive; null when it is not. */
  reason: string | null;
  /** Options of `run` that measure what is lacking; null when nothing is. */
  lacking: string | null;
  /** Medians of both quantities, their unit, and the ratio; null where there is no measure. */
  of: number | null;
  to: number | null;
  unit: string | null;
  ratio: number | null;
  interval95: [number, number] | null;
}

/** The part of summary.json that claims are decided by. */
export interface Evidence {
  testbed: { clock: 'counted' | 'wall'; emulated: boolean };
  measures: readonly Measure[];
  ratios: readonly Ratio[];
  /** What tells the clocks of two arms apart; undefined when they are of one kind. */
  clockObjection?: (a: string, b: string) => string | undefined;
}

const same = (measure: Quantity, quantity: Quantity) =>
  measure.benchmark === quantity.benchmark &&
  measure.arm === quantity.arm &&
  measure.state === quantity.state &&
  measure.phase === quantity.phase;

function nameOf({ benchmark, arm, state, phase }: Quantity): string {
  return `${benchmark} ${arm} ${state} ${phase}`;
}

/** Which of two medians were found too few times to have an interval. */
function unknownSpread(of: Measure, to: Measure): string | undefined {
  const few = [of, to].filter(
    (measure) => intervalOf(measure) === null && measure.n < FEWEST_FOR_MEDIAN,
  );
  if (few.length === 0) return undefined;
  const found = few.map((measure) => `${nameOf(measure)} was found ${times(measure.n)}`);
  return `${found.join(' and ')}, and an interval of a median takes ${FEWEST_FOR_MEDIAN} values`;
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}

function decide(
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: RatioExpression,
  [low, high]: readonly [number, number],
): ClaimVerdict {
  if (low >= least && high <= most) return 'supported';
  return high < least || low > most ? 'not supported' : 'inconclusive';
}

/** Evaluates one claim. */
export function evaluateClaim(claim: Claim, evidence: Evidence): EvaluatedClaim {
  const { expression } = claim;
  const find = (quantity: Quantity) => evidence.measures.find((measure) => same(measure, quantity));
  const [of, to] = [find(expression.of), find(expression.to)];
  const base = { claim, of: of?.p50 ?? null, to: to?.p50 ?? null, unit: of?.unit ?? null };
  if (of === undefined || to === undefined) {
    const lacking = of === undefined ? expression.of : expression.to;
    return {
      ...{ ...base, verdict: 'inconclusive', reason: `this result has no ${nameOf(lacking)}` },
      ...{ lacking: optionsFor(claim), ratio: null, interval95: null },
    };
  }
  const interval95 = ratioInterval(of, to, evidence.ratios);
  const ratio = to.p50 > 0 ? of.p50 / to.p50 : null;
  const numbers = { ...base, lacking: null, ratio, interval95 };
  if (
    claim.about === 'time' &&
    (evidence.testbed.clock === 'counted' || evidence.testbed.emulated)
  ) {
    const reason = 'it is about time, and an emulated testbed tells none';
    return { ...numbers, verdict: 'inconclusive', reason };
  }
  const objection = evidence.clockObjection?.(expression.of.arm, expression.to.arm);
  if (claim.about !== 'size' && objection !== undefined) {
    return { ...numbers, verdict: 'inconclusive', reason: objection };
  }
  if (interval95 === null) {
    const few = unknownSpread(of, to);
    return {
      ...{ ...numbers, verdict: 'inconclusive', reason: few ?? 'the spread is not known' },
      lacking: few === undefined ? null : optionsFor(claim),
    };
  }
  const verdict = decide(expression, interval95);
  const reason = verdict === 'inconclusive' ? 'its interval lies on both sides of the bound' : null;
  return { ...numbers, verdict, reason };
}

/** Evaluates every claim. */
export function evaluateClaims(claims: readonly Claim[], evidence: Evidence): EvaluatedClaim[] {
  return claims.map((claim) => evaluateClaim(claim, evidence));
}
