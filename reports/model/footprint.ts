/**
 * What footprint shows: memory of each arm, by whom it is spent.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatBytes, formatNumber } from './format.ts';
import { findMeasure, left, right, stateTable } from './measures.ts';
import type { Presented } from './presenters.ts';
import type { Bar, Figure } from './types.ts';

const KIB = 1024;
const MIB = 2 ** 20;

function labelOf(bytes: number): string {
  return bytes < MIB ? `${formatNumber(bytes / KIB, 0)} KiB` : formatBytes(bytes);
}

function barsOf(summary: Summary): Bar[] {
  return summary.states.flatMap((state) =>
    summary.arms.flatMap((arm): Bar[] => {
      const bytes = findMeasure(summary, arm, state, 'memory')?.p50;
      if (bytes === undefined || bytes <= 0) return [];
      const value = bytes / KIB;
      return [{ category: state, series: arm, value, interval: null, label: labelOf(bytes) }];
    }),
  );
}

function memoryFigure(summary: Summary): Figure[] {
  const bars = barsOf(summary);
  if (bars.length === 0) return [];
  const title = 'Memory of an introspector';
  const said = bars.map(
    ({ category, series, label }) => `${category}, ${ARM_LABELS[series]}: ${label}`,
  );
  return [
    {
      id: 'footprint-memory',
      caption: `In KiB on a logarithmic axis. Of Dom0, smallest is the address space of the process alone, its mappings of the target included; held is what it has in memory, beneath what the domain holds that it needs.`,
      chart: {
        id: 'footprint-memory',
        title,
        panels: [
          {
            kind: 'bars',
            title: 'This run',
            subtitle: 'exact, found once',
            axis: 'KiB',
            scale: 'logarithmic',
            foreign: false,
            bars,
          },
        ],
        legend: summary.arms.map((arm) => ({ series: arm, label: ARM_LABELS[arm] })),
        alternative: `Bars of memory, in KiB on a logarithmic axis. ${said.join('; ')}.`,
      },
      table: {
        id: 'footprint-memory-table',
        title: 'Values of the figure: memory',
        caption: 'Bytes.',
        columns: [left('memory'), left('arm'), right('bytes')],
        rows: bars.map(({ category, series, value }) => [
          category,
          ARM_LABELS[series],
          (value * KIB).toLocaleString('en'),
        ]),
      },
    },
  ];
}

/** Figures and tables of footprint. */
export function presentFootprint(part: Summary, benchmark: Benchmark): Presented {
  return {
    figures: memoryFigure(part),
    tables: [stateTable(part, benchmark, 'footprint-meaning')],
  };
}
