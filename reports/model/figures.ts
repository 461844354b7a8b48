/**
 * Charts of a report: what a benchmark's figures show of this result.
 */
import type { Figure as BenchFigure, Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Measure } from '../../harness/analyse/analyse.ts';
import { findReference, type Reference } from '../../results/paper.ts';
import type { Summary } from '../../results/types.ts';
import { aOrAn, formatInterval, formatNumber } from './format.ts';
import { findMeasure, unitOf } from './measures.ts';
import type { Bar, BarPanel, Chart, Figure, Table } from './types.ts';

interface OurBar extends Bar {
  arm: string;
  state: string;
}

/** The label of a bar, and the lower part of a stacked one. */
function stackOf(figure: BenchFigure, summary: Summary, measure: Measure) {
  const value = measure[figure.statistic];
  const below =
    figure.below === undefined
      ? undefined
      : findMeasure(summary, measure.arm, measure.state, figure.below);
  if (below === undefined) return { label: formatNumber(value) };
  const foot = below[figure.statistic];
  return { foot, label: `${formatNumber(value)} (+${formatNumber(value - foot)})` };
}

function ourBars(figure: BenchFigure, summary: Summary): OurBar[] {
  const grouped = figure.kind !== 'bars';
  return figure.states.flatMap((state) =>
    summary.arms.flatMap((arm) => {
      const measure = findMeasure(summary, arm, state, figure.phase);
      if (measure === undefined) return [];
      return [
        {
          arm: ARM_LABELS[arm],
          state,
          category: grouped ? state : ARM_LABELS[arm],
          series: arm,
          value: measure[figure.statistic],
          interval: measure.interval95,
          ...stackOf(figure, summary, measure),
        },
      ];
    }),
  );
}

function paperPanel(reference: Reference): BarPanel {
  return {
    kind: 'bars',
    title: `The paper's: ${reference.source}`,
    subtitle: 'mean of 500 pages, real Xen, 2018 hardware',
    axis: `${reference.unit} a page`,
    scale: 'linear',
    foreign: true,
    bars: reference.figures.map(({ arm, label, value }) => ({
      category: label,
      series: arm,
      value,
      interval: null,
      label: `${formatNumber(value)} µs`,
    })),
  };
}

function figureTable(
  figure: BenchFigure,
  bars: readonly OurBar[],
  unit: string,
  reference: Reference | undefined,
): Table {
  return {
    id: `${figure.id}-table`,
    title: `Values of the figure: ${figure.title}`,
    caption: 'What the bars show.',
    columns: [
      { label: 'source', align: 'left' },
      { label: 'state', align: 'left' },
      { label: 'arm', align: 'left' },
      { label: 'value', align: 'right' },
      { label: '95 % interval', align: 'right' },
      { label: 'unit', align: 'left' },
    ],
    rows: [
      ...bars.map((bar) => [
        'this run, median',
        bar.state,
        bar.arm,
        bar.label,
        formatInterval(bar.interval),
        unit,
      ]),
      ...(reference?.figures ?? []).map(({ label, value }) => [
        'the paper, mean',
        'caches on',
        label,
        formatNumber(value),
        'not given',
        `${reference?.unit} a page`,
      ]),
    ],
  };
}

function subtitleOf({ kind, states, below }: BenchFigure): string {
  if (kind === 'stacked-bars') return `median; striped: ${below}; in brackets: added`;
  return states.length === 1
    ? `median, state ${states[0]}, whiskers: 95 % interval`
    : 'median, whiskers: 95 % interval';
}

function axisRemark(figure: BenchFigure, counted: boolean): string {
  const remarks = [
    ...(counted ? ['not time'] : []),
    ...(figure.scale === 'logarithmic' ? ['logarithmic'] : []),
  ];
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
}

function figureOf(figure: BenchFigure, benchmark: Benchmark, summary: Summary): Figure | undefined {
  const bars = ourBars(figure, summary);
  if (bars.length === 0) return undefined;
  const reference = figure.reference === undefined ? undefined : findReference(figure.reference);
  const { testbed } = summary;
  const unit = unitOf(summary);
  const unitOfOne = `${unit} ${aOrAn(benchmark.per)}`;
  const where = testbed.emulated ? `${testbed.kind} testbed` : `${testbed.kind} host`;
  const own: BarPanel = {
    kind: 'bars',
    title: `This run: ${where}`,
    subtitle: subtitleOf(figure),
    axis: `${unitOfOne}${axisRemark(figure, testbed.clock === 'counted')}`,
    scale: figure.scale,
    foreign: false,
    bars: bars.map(({ arm, state, ...bar }) => bar),
  };
  const chart: Chart = {
    id: figure.id,
    title: figure.title,
    panels: reference === undefined ? [own] : [own, paperPanel(reference)],
    legend:
      figure.kind !== 'bars'
        ? summary.arms.map((arm) => ({ series: arm, label: ARM_LABELS[arm] }))
        : [],
    alternative: `Bar chart. ${bars
      .map((bar) => `${bar.arm}, ${bar.state}: ${bar.label} ${unit}`)
      .join(
        '; ',
      )}.${reference === undefined ? '' : ` The paper's: ${reference.figures.map(({ label, value }) => `${label} ${value} ${reference.unit}`).join(', ')}.`}`,
  };
  const caption = [
    `Bars: ${figure.phase === 'total' ? `median cost of ${aOrAn(benchmark.per)}` : `median of ${figure.phase}, ${aOrAn(benchmark.per)},`} in ${unit}; whiskers: its 95 % interval.`,
    ...(figure.below === undefined
      ? []
      : [
          `The striped part is the phase ${figure.below}; the rest, in brackets, is what a monitor adds.`,
        ]),
    ...(testbed.clock === 'counted' ? ['Instructions are no time.'] : []),
    ...(reference === undefined
      ? []
      : [
          `Hatched: the paper's own figures (${reference.method}). The panels share no axis; heights do not compare across them.`,
        ]),
  ].join(' ');
  return {
    id: figure.id,
    caption,
    chart,
    table: figureTable(figure, bars, unitOfOne, reference),
  };
}

/** The figures of a benchmark that this result has data for. */
export function figuresOf(benchmark: Benchmark, summary: Summary): Figure[] {
  return benchmark.figures.flatMap((figure) => figureOf(figure, benchmark, summary) ?? []);
}
