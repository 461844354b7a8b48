/**
 * Panels of one kind, for tests.
 */
import type { BarPanel, Chart } from '../model/types.ts';

/** The panels of bars of a chart. */
export function barPanels(chart: Chart | undefined): BarPanel[] {
  return (chart?.panels ?? []).filter((panel) => panel.kind === 'bars');
}
