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
  return panel.kind === 'lines' ? [panel.x.label, panel.y.label] : [panel.axis];
}
