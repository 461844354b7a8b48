/**
 * Tables of measures: what a page cost, in each state and phase, and how the arms compare.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS, type Arm, STATE_MEANINGS, type State } from '../../bench/words.ts';
import type { Measure } from '../../harness/analyse/analyse.ts';
import type { Summary } from '../../results/types.ts';
import { aOrAn, formatInterval, formatNumber, formatRatio, UNIT_NAMES } from './format.ts';
import type { Column, Table } from './types.ts';

/** The measure of an arm, a state and a phase, where there is one. */
export function findMeasure(
  summary: Summary,
  arm: Arm,
  state: State,
  phase: string,
): Measure | undefined {
  return summary.measures.find((m) => m.arm === arm && m.state === state && m.phase === phase);
}

/** The unit of the measures, in words. */
export function unitOf(summary: Summary): string {
  return UNIT_NAMES[summary.measures[0]?.unit ?? summary.testbed.tickUnit];
}

/** A column of words. */
export function left(label: string): Column {
  return { label, align: 'left' };
}

/** A column of numbers. */
export function right(label: string): Column {
  return { label, align: 'right' };
}

/** Median, interval and ratio by state: the table that answers the question. What was skipped is no row. */
export function overviewTable(summary: Summary, benchmark: Benchmark): Table {
  const { arms, states } = summary;
  const compared = summary.ratios.length > 0;
  const rows = states.flatMap((state) => {
    if (!arms.some((arm) => findMeasure(summary, arm, state, benchmark.headline))) return [];
    const cells = arms.flatMap((arm) => {
      const measure = findMeasure(summary, arm, state, benchmark.headline);
      return measure === undefined
        ? ['–', '–']
        : [formatNumber(measure.p50), formatInterval(measure.interval95)];
    });
    const ratio = summary.ratios.find((entry) => entry.state === state);
    const comparison =
      ratio === undefined
        ? ['–', '–']
        : [formatRatio(ratio.ratio), ratioInterval(ratio.interval95)];
    return [[state, ...cells, ...(compared ? comparison : [])]];
  });
  return {
    id: `overview-${benchmark.id}`,
    title: benchmark.title,
    caption: `${benchmark.overviewCaption} in ${unitOf(summary)}, with the 95 % interval of the median${compared ? '; ratio of Dom0 to Mini-OS, paired by block, with its 95 % interval' : ''}.`,
    columns: [
      left('state'),
      ...arms.flatMap((arm) => [right(ARM_LABELS[arm]), right('95 %')]),
      ...(compared ? [right('Dom0 / Mini-OS'), right('95 %')] : []),
    ],
    rows,
  };
}

function ratioInterval(interval: readonly [number, number] | null): string {
  if (interval === null) return '–';
  return `${interval[0].toFixed(2)}–${interval[1].toFixed(2)}`;
}

/** Every statistic of the headline's phase. */
export function distributionTable(
  summary: Summary,
  benchmark: Benchmark,
  id = 'distribution',
): Table {
  const rows = summary.measures
    .filter(({ phase }) => phase === benchmark.headline)
    .map((m) => {
      const held = summary.held.find(({ arm, state }) => arm === m.arm && state === m.state);
      return [
        m.state,
        ARM_LABELS[m.arm],
        ...[m.n, m.min, m.p50, m.p95, m.p99, m.max, m.mean].map((value) => formatNumber(value)),
        held === undefined ? '–' : formatNumber(held.mad),
      ];
    });
  return {
    id,
    title: 'Distribution',
    caption: `Cost of ${aOrAn(benchmark.per)} in ${unitOf(summary)}. Nothing is dropped; warm-up is not counted. n: recorded ${benchmark.per}s. MAD: median absolute deviation, from tinybench.`,
    columns: [
      left('state'),
      left('arm'),
      ...['n', 'min', 'p50', 'p95', 'p99', 'max', 'mean', 'MAD'].map(right),
    ],
    rows,
  };
}

/** Mean of each phase: means add up, medians need not. */
export function phaseTable(summary: Summary, benchmark: Benchmark): Table {
  const phases = benchmark.phases.filter(({ name }) => name !== 'total');
  const rows = summary.states.flatMap((state) =>
    summary.arms.map((arm) => {
      const cell = (phase: string) => {
        const measure = findMeasure(summary, arm, state, phase);
        return measure === undefined ? '–' : formatNumber(measure.mean);
      };
      return [state, ARM_LABELS[arm], ...phases.map(({ name }) => cell(name)), cell('total')];
    }),
  );
  return {
    id: 'phases',
    title: 'Where it goes',
    caption: `Mean cost of a page by phase, in ${unitOf(summary)}. Phases add up to the total: ${phases
      .map(({ name, meaning }) => `${name}: ${meaning}`)
      .join('; ')}.`,
    columns: [left('state'), left('arm'), ...phases.map(({ name }) => right(name)), right('total')],
    rows,
  };
}

/** Requests a page. */
export function countTable(summary: Summary): Table {
  const names = ['maps', 'unmaps', 'hypercalls', 'syscalls', 'hits'] as const;
  const rows = summary.states.flatMap((state) =>
    summary.arms.map((arm) => [
      state,
      ARM_LABELS[arm],
      ...names.map((what) => {
        const entry = summary.counts.find(
          (count) => count.arm === arm && count.state === state && count.what === what,
        );
        if (entry === undefined) return '–';
        return entry.perPage === null ? 'not seen' : formatNumber(entry.perPage, 3);
      }),
    ]),
  );
  return {
    id: 'counts',
    title: 'Requests',
    caption:
      "Mean number of requests a page: frames mapped and unmapped, hypercalls, system calls, cache hits. “Not seen”: Dom0's kernel makes its hypercalls out of sight of the process.",
    columns: [left('state'), left('arm'), ...names.map(right)],
    rows,
  };
}

/** What the states mean. */
export function stateTable(summary: Summary, benchmark: Benchmark, id = 'states-meaning'): Table {
  return {
    id,
    title: benchmark.stateTitle,
    caption: benchmark.stateCaption,
    columns: [left('state'), left('meaning')],
    rows: summary.states.map((state) => [state, STATE_MEANINGS[state]]),
  };
}
