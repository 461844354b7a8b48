/**
 * Claims with their verdicts, as a table.
 */
import type { EvaluatedClaim } from '../../harness/claims/evaluate.ts';
import { type Brief, left, type Sentence } from './brief.ts';
import { formatNumber } from './format.ts';
import type { Table } from './types.ts';

/** A part of a whole: what is less than a hundredth of it is easier read as a fraction. */
function partText(part: number, digits: number): string {
  if (part > 0 && part < 0.01) return `1/${formatNumber(1 / part, 0)}`;
  return digits === 2 ? formatNumber(part, 2) : part.toFixed(digits);
}

function boundOf({ claim }: EvaluatedClaim): string {
  const { least, most } = claim.expression;
  if (least !== undefined && most !== undefined) {
    return `${partText(least, 2)} to ${partText(most, 2)}`;
  }
  return most === undefined ? `≥ ${partText(least ?? 0, 2)}` : `≤ ${partText(most, 2)}`;
}

const HOW_TO_READ =
  'Numbers: the median of the unikernel over that of what it is compared with, and the ratio with its 95 % interval. Supported: the whole interval lies within the bound. Not supported: the whole of it lies outside.';

/** The numbers that decide a claim: both medians with their unit, the ratio, its interval and the bound. */
export function claimNumbers(evaluated: EvaluatedClaim): string {
  const { of, to, unit, ratio, interval95 } = evaluated;
  if (of === null || to === null || ratio === null) return `bound ${boundOf(evaluated)}`;
  const interval =
    interval95 === null ? '' : ` (${partText(interval95[0], 3)}–${partText(interval95[1], 3)})`;
  return `${formatNumber(of)} / ${formatNumber(to)} ${unit ?? ''} = ${partText(ratio, 3)}${interval}, bound ${boundOf(evaluated)}`;
}

/** The verdict, why there is no better one, and what would give it. */
function verdictText({ verdict, reason, lacking }: EvaluatedClaim): string {
  const measured = lacking === null ? '' : ` (measured by tinyvmi-bench run ${lacking})`;
  return reason === null ? verdict : `${verdict}: ${reason}${measured}`;
}

/** Every claim that was made, with what this result says of it. */
export function claimsTable(claims: readonly EvaluatedClaim[]): Table {
  return {
    id: 'claims',
    title: 'Claims and verdicts',
    caption: HOW_TO_READ,
    columns: ['claim', 'verdict', 'numbers', 'whose'].map(left),
    rows: claims.map((evaluated) => {
      const { claim } = evaluated;
      return [claim.sentence, verdictText(evaluated), claimNumbers(evaluated), claim.source];
    }),
  };
}

const TONES = { supported: 'good', 'not supported': 'bad', inconclusive: 'plain' } as const;

function claimSentence(evaluated: EvaluatedClaim): Sentence {
  const { claim, verdict } = evaluated;
  const text = `${claim.sentence} (${claim.source}) ${verdictText(evaluated)}. ${claimNumbers(evaluated)}.`;
  return { tone: TONES[verdict], text };
}

/** How many of the claims have each verdict. */
function countsText(claims: readonly EvaluatedClaim[]): string {
  const counts = (['supported', 'not supported', 'inconclusive'] as const).map(
    (wanted) => `${claims.filter(({ verdict }) => verdict === wanted).length} ${wanted}`,
  );
  return `${claims.length} claims: ${counts.join(', ')}.`;
}

/** The claims alone, a sentence each. */
export function claimsBrief(id: string, claims: readonly EvaluatedClaim[]): Brief {
  return {
    title: `Claims, by ${id}`,
    answer: countsText(claims),
    sentences: claims.map(claimSentence),
    tables: [],
    notes: [HOW_TO_READ],
  };
}
