/**
 * Panels of one kind, for tests.
 */
import type { BarPanel, Chart, Panel } from '../model/types.ts';

/** The panels of bars of a chart. */
export function barPanels(chart: Chart | undefined): BarPanel[] {
  return (chart?.panels ?? []).filter((panel) => panel.kind === 'bars');
}

/** Labels of a panel's axes of numbers. */
export function axisLabels(panel: Panel): string[] {
  if (panel.kind === 'lines') return [panel.x.label, panel.y.label];
  return [panel.kind === 'ratios' ? panel.axis.label : panel.axis];
}
