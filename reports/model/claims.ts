/**
 * Claims with their verdicts, as a table.
 */
import type { EvaluatedClaim } from '../../harness/claims/evaluate.ts';
import { type Brief, left, type Sentence } from './brief.ts';
import { formatNumber } from './format.ts';
import type { Table } from './types.ts';

function boundOf({ claim }: EvaluatedClaim): string {
  const { least, most } = claim.expression;
  if (least !== undefined && most !== undefined) {
    return `${formatNumber(least, 2)} to ${formatNumber(most, 2)}`;
  }
  return most === undefined ? `≥ ${formatNumber(least ?? 0, 2)}` : `≤ ${formatNumber(most, 2)}`;
}

/** The numbers that decide a claim: both medians with their unit, the ratio, its interval and the bound. */
export function claimNumbers(evaluated: EvaluatedClaim): string {
  const { of, to, unit, ratio, interval95 } = evaluated;
  if (of === null || to === null || ratio === null) return `bound ${boundOf(evaluated)}`;
  const interval =
    interval95 === null ? '' : ` (${interval95[0].toFixed(3)}–${interval95[1].toFixed(3)})`;
  return `${formatNumber(of)} / ${formatNumber(to)} ${unit ?? ''} = ${ratio.toFixed(3)}${interval}, bound ${boundOf(evaluated)}`;
}

/** Every claim that was made, with what this result says of it. */
export function claimsTable(claims: readonly EvaluatedClaim[]): Table {
  return {
    id: 'claims',
    title: 'Claims and verdicts',
    caption:
      'Numbers: unikernel / Dom0 at the median, with the 95 % interval of the ratio. Supported: the whole interval lies within the bound. Not supported: the whole of it lies outside.',
    columns: ['claim', 'verdict', 'numbers', 'whose'].map(left),
    rows: claims.map((evaluated) => {
      const { claim, verdict, reason } = evaluated;
      return [
        claim.sentence,
        reason === null ? verdict : `${verdict}: ${reason}`,
        claimNumbers(evaluated),
        claim.source,
      ];
    }),
  };
}

const TONES = { supported: 'good', 'not supported': 'bad', inconclusive: 'plain' } as const;

function claimSentence(evaluated: EvaluatedClaim): Sentence {
  const { claim, verdict, reason } = evaluated;
  const why = reason === null ? verdict : `${verdict}: ${reason}`;
  const text = `${claim.sentence} (${claim.source}) ${why}. ${claimNumbers(evaluated)}.`;
  return { tone: TONES[verdict], text };
}

/** The claims alone, a sentence each. */
export function claimsBrief(id: string, claims: readonly EvaluatedClaim[]): Brief {
  return {
    title: `Claims, by ${id}`,
    sentences: claims.map(claimSentence),
    tables: [],
    notes: [
      'Numbers: unikernel / Dom0 at the median, with the 95 % interval of the ratio. Supported: the whole interval lies within the bound. Not supported: the whole of it lies outside.',
    ],
  };
}
