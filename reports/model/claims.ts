/**
 * Claims with their verdicts, as a table.
 */
import type { EvaluatedClaim } from '../../harness/claims/evaluate.ts';
import { type Brief, left, right, type Sentence } from './brief.ts';
import { formatNumber } from './format.ts';
import type { Table } from './types.ts';

function boundOf({ claim }: EvaluatedClaim): string {
  const { least, most } = claim.expression;
  if (least !== undefined && most !== undefined) {
    return `${formatNumber(least, 2)} to ${formatNumber(most, 2)}`;
  }
  return most === undefined ? `≥ ${formatNumber(least ?? 0, 2)}` : `≤ ${formatNumber(most, 2)}`;
}

/** Every claim that was made, with what this result says of it. */
export function claimsTable(claims: readonly EvaluatedClaim[]): Table {
  const number = (value: number | null) => (value === null ? '–' : formatNumber(value));
  return {
    id: 'claims',
    title: 'Claims',
    caption:
      'Supported: the whole 95 % interval of the ratio (unikernel over Dom0, at the median) lies within the bound. Not supported: the whole of it lies outside.',
    columns: [
      ...['claim', 'whose', 'verdict'].map(left),
      ...['Mini-OS', 'Dom0', 'ratio', '95 %', 'bound'].map(right),
    ],
    rows: claims.map((evaluated) => {
      const { claim, verdict, reason, of, to, ratio, interval95 } = evaluated;
      return [
        claim.sentence,
        claim.source,
        reason === null ? verdict : `${verdict}: ${reason}`,
        number(of),
        number(to),
        ratio === null ? '–' : ratio.toFixed(3),
        interval95 === null ? '–' : `${interval95[0].toFixed(3)}–${interval95[1].toFixed(3)}`,
        boundOf(evaluated),
      ];
    }),
  };
}

const TONES = { supported: 'good', 'not supported': 'bad', inconclusive: 'plain' } as const;

function claimSentence(evaluated: EvaluatedClaim): Sentence {
  const { claim, verdict, reason, ratio, interval95 } = evaluated;
  const numbers =
    ratio === null
      ? ''
      : ` Ratio ${ratio.toFixed(3)}${interval95 === null ? '' : ` (${interval95[0].toFixed(3)}–${interval95[1].toFixed(3)})`}, bound ${boundOf(evaluated)}.`;
  const why = reason === null ? verdict : `${verdict}: ${reason}`;
  return { tone: TONES[verdict], text: `${claim.sentence} (${claim.source}) ${why}.${numbers}` };
}

/** The claims alone, a sentence each. */
export function claimsBrief(id: string, claims: readonly EvaluatedClaim[]): Brief {
  return {
    title: `Claims, by ${id}`,
    sentences: claims.map(claimSentence),
    tables: [],
    notes: [
      'Ratio: unikernel over Dom0 at the median, with its 95 % interval. Supported: the whole interval lies within the bound. Not supported: the whole of it lies outside.',
    ],
  };
}
