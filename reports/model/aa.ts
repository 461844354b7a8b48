/**
 * A/A: each arm against itself.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import { defaultMargin } from '../../harness/compare/margins.ts';
import { verdictOf } from '../../harness/compare/verdict.ts';
import { CLOCK_KEYS } from '../../results/identity.ts';
import type { Summary } from '../../results/types.ts';
import { left, right } from './brief.ts';
import { formatChange, formatNumber } from './format.ts';
import { findMeasure, unitOf } from './measures.ts';
import type { Table } from './types.ts';

/** What must be known before the first number of an A/A run is read. */
export const AA_NOTE =
  'This is an A/A run: each arm was measured against itself, in randomised blocks as ever. Nothing differs but chance, so whatever is called faster or slower here is a false alarm.';

/** The arms against themselves, with the verdict that the gate's margins would give. */
export function aaTable(summary: Summary, benchmark: Benchmark): Table {
  const { clock } = summary.testbed;
  return {
    id: `overview-${benchmark.id}`,
    title: `${benchmark.title}: A/A`,
    caption: `${benchmark.overviewCaption} in ${unitOf(summary)}, of the same arm twice; the change of the second half, paired by block, with its 95 % interval, and the verdict with the gate's margin.`,
    columns: [
      left('state'),
      left('arm'),
      ...['first', 'second', 'change', '95 %', 'margin'].map(right),
      left('verdict'),
    ],
    rows: summary.ratios.map(({ state, phase, numerator, denominator, ratio, interval95 }) => {
      const p50 = (arm: typeof numerator) =>
        formatNumber(findMeasure(summary, arm, state, phase)?.p50 ?? Number.NaN);
      const margin = defaultMargin(denominator, { [CLOCK_KEYS]: clock });
      return [
        state,
        ARM_LABELS[denominator],
        p50(denominator),
        p50(numerator),
        formatChange(ratio),
        interval95 === null ? '–' : interval95.map(formatChange).join(' to '),
        `${formatNumber(margin * 100, 2)} %`,
        verdictOf(interval95, margin),
      ];
    }),
  };
}
