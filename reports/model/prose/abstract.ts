/**
 * What stands behind the answer: what was measured, on what, and how often.
 */
import { ARM_LABELS } from '../../../bench/words.ts';
import { hasFigures, type Result } from '../../../results/types.ts';
import { formatNumber } from '../format.ts';

function setting({ summary, manifest }: Result): string {
  const arms = summary.arms.map((arm) => ARM_LABELS[arm]).join(' and ');
  const samples = summary.held.reduce((sum, { samples: n }) => sum + n, 0);
  const counted = samples === 0 ? '' : ` It rests on ${formatNumber(samples)} samples.`;
  const boots = new Set(manifest.order.map(({ boot = 0 }) => boot)).size;
  const often = boots === 0 ? '' : boots === 1 ? ', in one boot' : `, in ${boots} boots`;
  const apart = manifest.machines === undefined ? '' : ', each benchmark on a machine of its own';
  return `This run measured ${arms} on this testbed: ${summary.testbed.description}${often}${apart}.${counted}`;
}

/** The sentences after the answer; of a run without figures there are none. */
export function abstractOf(result: Result): string[] {
  const { summary } = result;
  return hasFigures(summary) && summary.measures.length > 0 ? [setting(result)] : [];
}
