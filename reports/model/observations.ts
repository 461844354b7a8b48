/**
 * Tables of observations: facts in their own units, by what is looked at and by arm.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber, formatRatio, UNIT_NAMES } from './format.ts';
import { findMeasure, left, right } from './measures.ts';
import type { Table } from './types.ts';

/** Rows of these phases: a figure of each arm; of several repeats the median with the range. */
function rowsOf(summary: Summary, phases: readonly string[], named: boolean): string[][] {
  return summary.states.flatMap((state) =>
    phases.flatMap((phase) => {
      const found = summary.arms.map((arm) => findMeasure(summary, arm, state, phase));
      const [unit] = found.flatMap((measure) => (measure === undefined ? [] : [measure.unit]));
      if (unit === undefined) return [];
      const cells = found.map((measure) => {
        if (measure === undefined) return '–';
        const { p50, min, max } = measure;
        const range = min === max ? '' : ` (${formatNumber(min)}–${formatNumber(max)})`;
        return `${formatNumber(p50)}${range}`;
      });
      const ratio = summary.ratios.find((entry) => entry.state === state && entry.phase === phase);
      return [
        [
          state,
          ...(named ? [phase] : []),
          ...cells,
          ratio === undefined ? '–' : formatRatio(ratio.ratio),
          UNIT_NAMES[unit],
        ],
      ];
    }),
  );
}

function tableOf(
  summary: Summary,
  phases: readonly string[],
  named: boolean,
  head: Pick<Table, 'id' | 'title' | 'caption'>,
): Table {
  return {
    ...head,
    columns: [
      left('state'),
      ...(named ? [left('phase')] : []),
      ...summary.arms.map((arm) => right(ARM_LABELS[arm])),
      right('Dom0 / Mini-OS'),
      left('unit'),
    ],
    rows: rowsOf(summary, phases, named),
  };
}

/** The headline of each state: the table that answers the question. */
export function observedOverview(summary: Summary, benchmark: Benchmark): Table {
  return tableOf(summary, [benchmark.headline], false, {
    id: `overview-${benchmark.id}`,
    title: benchmark.title,
    caption: `${benchmark.overviewCaption}. Of several repeats: the median, and the range where they differ.`,
  });
}

/** Every phase of every state. */
export function observedPhaseTable(summary: Summary, benchmark: Benchmark): Table {
  return tableOf(
    summary,
    benchmark.phases.map(({ name }) => name),
    true,
    {
      id: `${benchmark.id}-phases`,
      title: 'Parts',
      caption: benchmark.phases.map(({ name, meaning }) => `${name}: ${meaning}`).join('; '),
    },
  );
}
