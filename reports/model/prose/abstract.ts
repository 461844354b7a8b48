/**
 * What a result comes to, in sentences: each of them is a claim with its verdict and its numbers, or
 * a fact of the manifest.
 */
import { ARM_LABELS } from '../../../bench/words.ts';
import type { EvaluatedClaim } from '../../../harness/claims/evaluate.ts';
import { hasFigures, type Result } from '../../../results/types.ts';
import { claimNumbers } from '../claims.ts';
import { formatNumber } from '../format.ts';

function setting({ summary, manifest }: Result): string {
  const arms = summary.arms.map((arm) => ARM_LABELS[arm]).join(' and ');
  const samples = summary.held.reduce((sum, { samples: n }) => sum + n, 0);
  const counted = samples === 0 ? '' : ` It rests on ${formatNumber(samples)} samples.`;
  const again = summary.aa ? ' It is an A/A run: each arm was measured against itself.' : '';
  const boots = new Set(manifest.order.map(({ boot = 0 }) => boot)).size;
  const often = boots === 0 ? '' : boots === 1 ? ', in one boot' : `, in ${boots} boots`;
  const apart = manifest.machines === undefined ? '' : ', each benchmark on a machine of its own';
  return `This run measured ${arms} on this testbed: ${summary.testbed.description}${often}${apart}.${again}${counted}`;
}

function sentenceOf(evaluated: EvaluatedClaim): string {
  const { claim, verdict } = evaluated;
  const stem = claim.sentence.replace(/\.$/, '');
  return `${stem} (${claim.source}): ${verdict}, ${claimNumbers(evaluated)}.`;
}

/** Claims that could not be decided: by the run that measures what decides them, or by the reason. */
function undecided(claims: readonly EvaluatedClaim[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { claim, verdict, reason, lacking } of claims) {
    if (verdict !== 'inconclusive') continue;
    const why =
      lacking === null
        ? `because ${reason}`
        : `for want of figures that tinyvmi-bench run ${lacking} measures`;
    reasons.set(why, [...(reasons.get(why) ?? []), claim.sentence.replace(/\.$/, '')]);
  }
  return [...reasons].map(
    ([why, sentences]) =>
      `Not decided, ${why}: ${sentences.map((text) => `“${text}”`).join('; ')}.`,
  );
}

/** The abstract. Without figures it says so, and why. */
export function abstractOf(result: Result, claims: readonly EvaluatedClaim[]): string[] {
  const { summary } = result;
  const { status, reason, measures } = summary;
  if (!hasFigures(summary) || measures.length === 0) {
    return [
      `This run gives no figures. Its status is ${status}${reason === null ? '' : `: ${reason}`}`,
    ];
  }
  const told = (verdict: EvaluatedClaim['verdict']) =>
    claims.filter((claim) => claim.verdict === verdict).map(sentenceOf);
  return [setting(result), ...told('supported'), ...told('not supported'), ...undecided(claims)];
}
