/**
 * What density shows: the cost of a page and the memory as introspectors grow in number.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { PAIRS } from '../../bench/density/index.ts';
import { DENSITY_STATES, type DensityState } from '../../bench/words.ts';
import type { Measure } from '../../harness/analyse/analyse.ts';
import type { Summary } from '../../results/types.ts';
import { formatBytes, formatNumber } from './format.ts';
import { findMeasure, right, unitOf } from './measures.ts';
import type { Presented } from './presenters.ts';
import type { Figure, Line, Table } from './types.ts';

function measuredStates(summary: Summary): DensityState[] {
  return DENSITY_STATES.filter(
    (state) => findMeasure(summary, 'minios', state, 'alone') !== undefined,
  );
}

function lineOf(summary: Summary, phase: string, label: string, dash: Line['dash']): Line {
  const points = measuredStates(summary).flatMap((state) => {
    const y = findMeasure(summary, 'minios', state, phase)?.p50;
    return y === undefined ? [] : [{ x: PAIRS[state], y }];
  });
  const shade = phase === 'alone' ? 'minios' : 0;
  return { label, shade, drawn: 'marked-line', ...(dash === undefined ? {} : { dash }), points };
}

function rangeOf(measure: Measure | undefined): string {
  if (measure === undefined) return '–';
  const { p50, min, max } = measure;
  return min === max
    ? formatNumber(p50)
    : `${formatNumber(p50)} (${formatNumber(min)}–${formatNumber(max)})`;
}

function densityTable(summary: Summary): Table {
  const bytes = (state: DensityState, phase: string) => {
    const measure = findMeasure(summary, 'minios', state, phase);
    return measure === undefined ? '–' : formatBytes(measure.p50);
  };
  return {
    id: 'density-growth',
    title: 'As introspectors grow in number',
    caption: `A page in cache state tables, in ${unitOf(summary)}: median over the introspectors, and the range of theirs. alone: the median page of each while the others wait. together: the mean page of each while all read at once, which has the turns of the others in it. Memory of the host that each took, median. fit: introspectors with a target each that the host has room for.`,
    columns: ['introspectors', 'alone', 'together', 'an introspector', 'a target', 'fit'].map(
      right,
    ),
    rows: measuredStates(summary).map((state) => [
      String(PAIRS[state]),
      rangeOf(findMeasure(summary, 'minios', state, 'alone')),
      rangeOf(findMeasure(summary, 'minios', state, 'together')),
      bytes(state, 'introspector-memory'),
      bytes(state, 'target-memory'),
      rangeOf(findMeasure(summary, 'minios', state, 'fit')),
    ]),
  };
}

function growthFigure(summary: Summary, table: Table): Figure[] {
  if (measuredStates(summary).length < 2) return [];
  const unit = unitOf(summary);
  const title = 'A page as introspectors grow in number';
  return [
    {
      id: 'density-growth',
      caption: `In ${unit}, median over the introspectors.`,
      chart: {
        id: 'density-growth',
        title,
        panels: [
          {
            kind: 'lines',
            title: 'This run',
            subtitle: 'cache state tables, one target an introspector',
            x: { label: 'introspectors on the host', scale: 'linear', whole: true },
            y: { label: `${unit} a page`, scale: 'logarithmic' },
            lines: [
              lineOf(summary, 'alone', 'alone: median page', 'solid'),
              lineOf(summary, 'together', 'together: mean page', 'dashed'),
            ],
          },
        ],
        legend: [],
        alternative: `Lines over the number of introspectors: ${table.rows.map(([n, alone, together]) => `${n}: ${alone} alone, ${together} together`).join('; ')} ${unit} a page.`,
      },
      table: { ...table, id: 'density-growth-table', title: `Values of the figure: ${title}` },
    },
  ];
}

/** Figures and tables of density. */
export function presentDensity(part: Summary, _benchmark: Benchmark): Presented {
  const table = densityTable(part);
  return { figures: growthFigure(part, table), tables: [table] };
}
