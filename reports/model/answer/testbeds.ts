/**
 * The last line of a run on several testbeds: the same ratio on each of them.
 */
import type { Benchmark } from '../../../bench/benchmark.ts';
import { ARM_LABELS } from '../../../bench/words.ts';
import type { Ratio } from '../../../harness/analyse/analyse.ts';
import type { Summary } from '../../../results/types.ts';
import { lineOf } from './line.ts';
import { digitsOf, timesText } from './numbers.ts';

/** What came out on a testbed; null: there is no result. */
export interface TestbedResult {
  testbed: string;
  summary: Summary | null;
}

function leadRatio(summary: Summary, benchmarks: readonly Benchmark[]): Ratio | undefined {
  for (const { id, headline, answer } of benchmarks) {
    for (const { state } of answer.states) {
      const found = summary.ratios.find(
        (ratio) =>
          ratio.benchmark === id &&
          ratio.state === state &&
          ratio.phase === (answer.phase ?? headline),
      );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function ratioText({ ratio, interval95 }: Ratio): string {
  const digits = digitsOf(interval95);
  const interval =
    interval95 === null ? '' : ` (${interval95.map((end) => timesText(end, digits)).join('–')})`;
  return `${timesText(ratio, digits)}${interval}`;
}

/** How many succeeded, and what the first ratio that any of them has is on each. */
export function testbedsLine(
  results: readonly TestbedResult[],
  benchmarks: readonly Benchmark[],
): string {
  const good = results.filter(({ summary }) => summary?.status === 'success').length;
  const head = `${good} of ${results.length} testbeds succeeded`;
  const [lead] = results.flatMap(({ summary }) =>
    summary === null ? [] : (leadRatio(summary, benchmarks) ?? []),
  );
  if (lead === undefined) return lineOf([`${head}.`], []);
  const isIt = (ratio: Ratio) =>
    (['benchmark', 'state', 'phase', 'numerator', 'denominator'] as const).every(
      (key) => ratio[key] === lead[key],
    );
  const each = results.flatMap(({ testbed, summary }) => {
    const found = summary?.ratios.find(isIt);
    return found === undefined ? [] : [`${testbed} ${ratioText(found)}`];
  });
  const of = `${ARM_LABELS[lead.numerator]} over ${ARM_LABELS[lead.denominator]} in ${lead.benchmark} ${lead.state}`;
  const caveats = [{ text: '', short: 'In brackets: 95 %.' }];
  return lineOf(
    [
      `${head}; ${of}: ${each.join(', ')}.`,
      `${head}; ${of}: ${each[0]} and ${each.length - 1} more.`,
      `${head}.`,
    ],
    caveats,
  );
}
