/**
 * What boot shows: the way to the first answered page, stage by stage, and how many times the Mini-OS
 * domain's the others are.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS, type Arm } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { formatNumber, formatRatio } from './format.ts';
import { findMeasure, left, right, unitOf } from './measures.ts';
import { observedPhaseTable } from './observations.ts';
import type { Presented } from './presenters.ts';
import type { Figure, StackedPanel, Table } from './types.ts';

const STATE = 'first-page';

/** Stages that make the whole, in their order, with the words of the legend. */
const STAGES = {
  kernel: 'kernel, or loader',
  introspector: 'introspector',
  job: 'job read',
  page: 'page read',
  answer: 'answer',
} as const;

const MILLION = 1e6;

function middleOf(summary: Summary, arm: Arm, phase: string): number | undefined {
  return findMeasure(summary, arm, STATE, phase)?.p50;
}

/** A panel of an arm: they differ by orders of magnitude, and share no axis. */
function panelOf(summary: Summary, arm: Arm): StackedPanel[] {
  const whole = middleOf(summary, arm, 'boot');
  if (whole === undefined) return [];
  const values = Object.keys(STAGES).map((stage) => {
    const ticks = middleOf(summary, arm, stage);
    return ticks === undefined ? null : ticks / MILLION;
  });
  return [
    {
      kind: 'stacked-parts',
      title: ARM_LABELS[arm],
      subtitle: 'median of each stage',
      axis: `millions of ${unitOf(summary)}`,
      parts: Object.values(STAGES).map((label) => ({ label })),
      bars: [{ category: ARM_LABELS[arm], values, label: formatNumber(whole / MILLION, 2) }],
    },
  ];
}

function figureTable(panels: readonly StackedPanel[], unit: string): Table {
  return {
    id: 'boot-stages-table',
    title: 'Values of the figure: stages of a start',
    caption: `In millions of ${unit}.`,
    columns: [left('stage'), ...panels.map(({ title }) => right(title))],
    rows: Object.values(STAGES).map((label, index) => [
      label,
      ...panels.map(({ bars }) => {
        const value = bars[0]?.values[index] ?? null;
        return value === null ? '–' : formatNumber(value, 3);
      }),
    ]),
  };
}

function stagesFigure(summary: Summary): Figure[] {
  const panels = summary.arms.flatMap((arm) => panelOf(summary, arm));
  if (panels.length === 0) return [];
  const unit = unitOf(summary);
  const title = 'From the first instruction to the first answered page';
  const said = panels.map((panel) => `${panel.title}: ${panel.bars[0]?.label}`);
  return [
    {
      id: 'boot-stages',
      caption: `In millions of ${unit} of the host's clock, stage by stage. Each panel has an axis of its own.`,
      chart: {
        id: 'boot-stages',
        title,
        panels,
        legend: [],
        alternative: `Stacked bars, one panel an arm, in millions of ${unit}. ${said.join('; ')}.`,
      },
      table: figureTable(panels, unit),
    },
  ];
}

/** How many times the Mini-OS domain's: of the host's clock, and of what the domain itself ran. */
function ratioTable(summary: Summary): Table {
  const cells = (arm: Arm, phase: string) => {
    const own = middleOf(summary, arm, phase);
    const base = middleOf(summary, 'minios', phase);
    if (own === undefined) return ['–', '–'];
    return [formatNumber(own), base === undefined ? '–' : formatRatio(own / base)];
  };
  return {
    id: 'boot-ratios',
    title: 'Starts compared',
    caption: `Medians in ${unitOf(summary)}. host: from the first instruction to the first answered page, whatever ran meanwhile. vcpu: what the domain's own vcpu ran until then, by the account of Xen. The first instruction of the Linux domain is taken as late as it can have been.`,
    columns: [
      left('arm'),
      ...[right('host'), right('times Mini-OS')],
      ...[right('vcpu'), right('times Mini-OS')],
    ],
    rows: summary.arms.map((arm) => [ARM_LABELS[arm], ...cells(arm, 'boot'), ...cells(arm, 'own')]),
  };
}

/** Figures and tables of boot. */
export function presentBoot(part: Summary, benchmark: Benchmark): Presented {
  return {
    figures: stagesFigure(part),
    tables: [ratioTable(part), observedPhaseTable(part, benchmark)],
  };
}
