/**
 * What code-size shows: the lines of both arms part by part, beside the paper's figure 2, and the rule
 * that they were counted by.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import type { CodePart } from '../../bench/code-size/parts.ts';
import type { CountingRule } from '../../bench/code-size/rule.ts';
import { ARM_LABELS, type Arm } from '../../bench/words.ts';
import { CODE_2018 } from '../../results/paper.ts';
import type { Result, Summary } from '../../results/types.ts';
import { callsByName } from './calls.ts';
import { bytesFigure } from './code-bytes.ts';
import { formatNumber } from './format.ts';
import { findMeasure, left, right, stateTable } from './measures.ts';
import { observedPhaseTable } from './observations.ts';
import type { Presented } from './presenters.ts';
import type { Figure, StackedBar, StackedPanel, Table } from './types.ts';

const AXIS = 'thousands of physical lines';

/** Parts that make the total, with the words of the legend. */
const LABELS: Readonly<Partial<Record<CodePart, string>>> = {
  kernel: 'kernel',
  library: 'introspection library',
  introspector: 'workloads',
  'xen-libraries': "Xen's libraries",
  'c-library': 'C library',
};

function thousands(lines: number): string {
  return formatNumber(lines / 1000, lines < 100_000 ? 2 : 0);
}

/** The rule that the lines were counted by, from the run's options. */
function ruleOf({ manifest }: Result): CountingRule | undefined {
  const all = [manifest.options, ...(manifest.furtherOptions ?? [])];
  const own = all.find(({ benchmark }) => benchmark === 'code-size');
  return own?.rule as CountingRule | undefined;
}

/** Parts that count in an arm, by the rule. */
function partsOf(rule: CountingRule): CodePart[] {
  const counted = rule.parts.filter(({ counts }) => counts).map(({ part }) => part);
  return [...new Set(counted)];
}

/** Bars of these arms; an arm without a total has none. */
function barsOf(summary: Summary, arms: readonly Arm[], parts: readonly CodePart[]): StackedBar[] {
  return arms.flatMap((arm) => {
    const total = findMeasure(summary, arm, 'lines', 'total');
    if (total === undefined) return [];
    const values = parts.map((part) => {
      const lines = findMeasure(summary, arm, 'lines', part)?.p50;
      return lines === undefined ? null : lines / 1000;
    });
    return [{ category: ARM_LABELS[arm], values, label: thousands(total.p50) }];
  });
}

const PAPER_PANEL: StackedPanel = {
  kind: 'stacked-parts',
  title: `The paper's: ${CODE_2018.source}`,
  subtitle: 'read off its figure 2',
  axis: CODE_2018.unit,
  parts: CODE_2018.parts.map((label) => ({ label })),
  bars: CODE_2018.stacks.map(({ label, values }) => ({
    category: label,
    values: [...values],
    label: formatNumber(values.reduce((sum, value) => sum + value, 0)),
  })),
};

function panelOf(title: string, parts: readonly CodePart[], bars: StackedBar[]): StackedPanel {
  return {
    kind: 'stacked-parts',
    title,
    subtitle: 'lines of every file, blank ones and comments too',
    axis: AXIS,
    parts: parts.map((part) => ({ label: LABELS[part] ?? part })),
    bars,
  };
}

function figureTable(panels: readonly StackedPanel[]): Table {
  return {
    id: 'code-lines-table',
    title: 'Values of the figure: code of both arms',
    caption: `In ${AXIS}.`,
    columns: [left('source'), left('arm'), left('part'), right('lines, thousands')],
    rows: panels.flatMap(({ title, parts, bars }) =>
      bars.flatMap(({ category, values, label }) => [
        ...parts.flatMap((part, i) => {
          const value = values[i] ?? null;
          return value === null ? [] : [[title, category, part.label, thousands(value * 1000)]];
        }),
        [title, category, 'all', label],
      ]),
    ),
  };
}

/** Lines of both arms, of the unikernel alone (too few to see beside Linux), and the paper's. */
function linesFigure(summary: Summary, rule: CountingRule): Figure | undefined {
  const parts = partsOf(rule);
  const both = panelOf('This run', parts, barsOf(summary, summary.arms, parts));
  if (both.bars.length === 0) return undefined;
  const few = parts.filter((part) => findMeasure(summary, 'minios', 'lines', part) !== undefined);
  const alone = panelOf('This run: Mini-OS alone', few, barsOf(summary, ['minios'], few));
  const panels = [both, ...(alone.bars.length > 0 ? [alone] : []), PAPER_PANEL];
  const said = panels.flatMap(({ title, bars }) =>
    bars.map(({ category, label }) => `${title}, ${category}: ${label}`),
  );
  const title = "Code of both arms, as in the paper's figure 2";
  return {
    id: 'code-lines',
    caption: `Physical lines, counted by the rule ${rule.name}. The paper's bars: ${CODE_2018.method}. The panels share no axis.`,
    chart: {
      id: 'code-lines',
      title,
      panels,
      legend: [],
      alternative: `Stacked bars, in ${AXIS}. ${said.join('; ')}.`,
    },
    table: figureTable(panels),
  };
}

/** The rule, part by part. */
function ruleTable({ name, languages, parts }: CountingRule): Table {
  return {
    id: 'counting-rule',
    title: `What was counted: the rule ${name}`,
    caption: `Files in ${languages.join(', ')}, as cloc tells languages. build: what the build of the introspector read; linux: the source of the kernel that is booted; linux-builtin, linux-modules: what its configuration compiles; xen, glibc: source packages. observations.csv has the version and the hash of each list.`,
    columns: ['part', 'arms', 'from', 'files', 'left out', 'in the total', 'why'].map(left),
    rows: parts.map(({ part, arms, from, include, exclude, counts, why }) => [
      part,
      arms.map((arm) => ARM_LABELS[arm]).join(', '),
      from,
      include.join(' '),
      exclude.join(' ') || '–',
      counts ? 'yes' : 'no',
      why,
    ]),
  };
}

/** Calls that the arms make for a page, where the run has a page-walk that counted them. */
function callsMade({ summary }: Result): Table | undefined {
  const counts = summary.counts.filter(({ what }) => what === 'hypercalls' || what === 'syscalls');
  if (counts.length === 0) return undefined;
  return {
    id: 'calls-made',
    title: 'Calls that are made',
    caption:
      'Means of a page, counted by page-walk in this run. “Not seen”: Dom0’s kernel makes its hypercalls out of sight of the process.',
    columns: [left('benchmark'), left('state'), left('arm'), left('calls'), right('a page')],
    rows: counts.map(({ benchmark, state, arm, what, perPage }) => [
      benchmark,
      state,
      ARM_LABELS[arm],
      what === 'syscalls' ? 'system calls' : what,
      perPage === null ? 'not seen' : formatNumber(perPage, 2),
    ]),
  };
}

/** Figures and tables of code-size. */
export function presentCodeSize(part: Summary, benchmark: Benchmark, result: Result): Presented {
  const rule = ruleOf(result);
  const figure = rule === undefined ? undefined : linesFigure(part, rule);
  const made = [callsByName(result), callsMade(result)].filter((table) => table !== undefined);
  return {
    figures: [...(figure === undefined ? [] : [figure]), ...bytesFigure(part)],
    tables: [
      stateTable(part, benchmark, 'code-meaning'),
      observedPhaseTable(part, benchmark),
      ...made,
      ...(rule === undefined ? [] : [ruleTable(rule)]),
    ],
  };
}
