/**
 * What the ratios of a benchmark come to, in a sentence.
 */
import type { Benchmark } from '../../../bench/benchmark.ts';
import { ARM_LABELS } from '../../../bench/words.ts';
import type { Ratio } from '../../../harness/analyse/analyse.ts';
import type { Summary } from '../../../results/types.ts';
import { aOrAn, formatRatio } from '../format.ts';

function pairOf({ numerator, denominator }: Ratio): string {
  return `${ARM_LABELS[numerator]} over ${ARM_LABELS[denominator]}`;
}

/** A sentence for each pair of arms that was compared. */
export function findingsOf(
  { ratios }: Summary,
  { kind, title, per, costCaption }: Benchmark,
): string[] {
  const what = costCaption ?? (kind === 'samples' ? `Median cost of ${aOrAn(per)}` : title);
  const pairs = [...new Set(ratios.map(pairOf))];
  return pairs.map((pair) => {
    const own = ratios.filter((ratio) => pairOf(ratio) === pair);
    const list = own.map(({ state, ratio, interval95 }) => {
      const interval =
        interval95 === null ? '' : ` (${interval95[0].toFixed(2)}–${interval95[1].toFixed(2)})`;
      return `${state} ${formatRatio(ratio)}${interval}`;
    });
    return `${what}, ${pair}: ${list.join(', ')}.`;
  });
}
