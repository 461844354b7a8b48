/**
 * Where a page's cost goes, as a figure: stacked phases by arm, a panel a state.
 */
import type { Benchmark } from '../../bench/benchmark.ts';
import { ARM_LABELS } from '../../bench/words.ts';
import type { Summary } from '../../results/types.ts';
import { aOrAn, formatNumber } from './format.ts';
import { findMeasure, phaseTable, unitOf } from './measures.ts';
import type { Figure, StackedBar, StackedPanel } from './types.ts';

/** The phases of a benchmark that add up to its headline; empty where none was measured. */
export function phaseFigures(summary: Summary, benchmark: Benchmark): Figure[] {
  const { headline, per } = benchmark;
  const phases = benchmark.phases.filter(({ name }) => name !== headline);
  const unit = `${unitOf(summary)} ${aOrAn(per)}`;
  const panels = summary.states.flatMap((state): StackedPanel[] => {
    const bars = summary.arms.flatMap((arm): StackedBar[] => {
      const whole = findMeasure(summary, arm, state, headline);
      if (whole === undefined) return [];
      const values = phases.map(({ name }) => findMeasure(summary, arm, state, name)?.mean ?? null);
      return [{ category: ARM_LABELS[arm], values, label: formatNumber(whole.mean) }];
    });
    if (bars.length === 0) return [];
    const parts = phases.map(({ name }) => ({ label: name }));
    const subtitle = 'mean of each phase';
    return [{ kind: 'stacked-parts', title: state, subtitle, axis: unit, parts, bars }];
  });
  if (panels.length === 0) return [];
  const title = `Where the cost of ${aOrAn(per)} goes`;
  const figure: Figure = {
    id: `${benchmark.id}-phases`,
    caption: `Mean of each phase in ${unit}, a panel a state, each with its own axis. Means add up to the mean of the whole, medians would not. ${phases
      .map(({ name, meaning }) => `${name}: ${meaning}`)
      .join('; ')}.`,
    chart: {
      id: `${benchmark.id}-phases`,
      title,
      panels,
      legend: [],
      alternative: `${title}. ${panels
        .flatMap((panel) =>
          panel.bars.map(
            ({ category, values, label }) =>
              `${panel.title}, ${category}: ${label}, of it ${phases.map(({ name }, i) => `${name} ${formatNumber(values[i] ?? 0)}`).join(', ')}`,
          ),
        )
        .join('; ')}.`,
    },
    table: phaseTable(summary, benchmark),
  };
  return [figure];
}
