/**
 * Bars made of parts, as Chart.js takes them.
 */
import type { ChartConfiguration } from 'chart.js';
import type { StackedBar, StackedPanel } from '../model/types.ts';
import { commonOptions, nameAxis, numericAxis, type PanelSize } from './options.ts';
import { hatches, ROOM_BELOW_LEGEND, valueLabels } from './plugins.ts';
import { partFill, type Theme } from './theme.ts';

function wholeOf({ values }: StackedBar): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The panel as Chart.js takes it. */
export function stackedConfiguration(
  panel: StackedPanel,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  const { parts, bars, axis } = panel;
  const fills = parts.map((_, index) => partFill(index, theme));
  const longest = Math.max(...bars.map(wholeOf)) || 1;
  const values = {
    ...numericAxis(
      { label: axis, scale: 'linear' },
      { min: 0, suggestedMax: longest * (size.lying ? 1.25 : 1.1) },
      theme,
      size,
    ),
    stacked: true,
  };
  const names = { ...nameAxis(theme, size), stacked: true };
  const last = parts.length - 1;
  return {
    type: 'bar',
    data: {
      labels: bars.map(({ category }) => category),
      datasets: parts.map(({ label }, part) => ({
        label,
        data: bars.map((bar) => bar.values[part] ?? 0),
        backgroundColor: fills[part]?.colour ?? theme.ink,
        borderColor: theme.ink,
        borderWidth: 0,
        maxBarThickness: 72,
        categoryPercentage: 0.8,
        barPercentage: 0.9,
      })),
    },
    options: {
      ...commonOptions(panel, theme, size, { display: true }),
      indexAxis: size.lying ? 'y' : 'x',
      scales: size.lying ? { x: values, y: names } : { x: names, y: values },
    },
    plugins: [
      ROOM_BELOW_LEGEND,
      hatches(fills, theme),
      valueLabels(
        parts.map((_, part) =>
          part === last ? bars.map((bar) => ({ label: bar.label, end: wholeOf(bar) })) : [],
        ),
        theme,
        size.fontSize,
      ),
    ],
  };
}
