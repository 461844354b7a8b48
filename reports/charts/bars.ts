/**
 * Bars as Chart.js takes them: one a category, or one a series in each category.
 */
import type { ChartConfiguration } from 'chart.js';
import type { Bar, BarPanel, Chart } from '../model/types.ts';
import { commonOptions, nameAxis, numericAxis, type PanelSize } from './options.ts';
import { feet, hatches, type Known, ROOM_BELOW_LEGEND, valueLabels, whiskers } from './plugins.ts';
import type { Theme } from './theme.ts';

interface Dataset {
  series: Bar['series'];
  bars: Known<Bar>;
}

/** Bars by series and category. Without a legend each bar is its own category. */
function datasetsOf({ bars }: BarPanel, categories: readonly string[]): Dataset[] {
  const series = [...new Set(bars.map((bar) => bar.series))];
  return series.map((name) => ({
    series: name,
    bars: categories.map((category) =>
      bars.find((bar) => bar.series === name && bar.category === category),
    ),
  }));
}

function endOf({ value, interval }: Bar): number {
  return Math.max(value, interval?.[1] ?? value);
}

/** Width of a bold character, by the size of the text. */
const CHARACTER = 0.72;
/** Part of a panel of lying bars that the names leave to the axis. */
const AXIS_SHARE = 0.68;

/** Room beyond the longest bar for its label: for lying bars, as wide as the longest label. */
function ceiling({ bars, scale }: BarPanel, { lying, width, fontSize }: PanelSize): number {
  const top = Math.max(...bars.map(endOf));
  if (scale === 'logarithmic') return top * (lying ? 12 : 2.2);
  const characters = Math.max(...bars.map(({ label }) => label.length));
  const taken = (characters * fontSize * CHARACTER) / (width * AXIS_SHARE);
  return (top > 0 ? top : 1) * (lying ? 1 / (1 - Math.min(taken, 0.6)) : 1.14);
}

/** A power of ten that is at most half of the shortest bar: bars of a logarithmic axis need a foot. */
function footOf({ bars }: BarPanel): number {
  const shortest = Math.min(...bars.map(({ value }) => value));
  return 10 ** Math.floor(Math.log10(Math.max(shortest, 1e-9) / 2));
}

/** Whether an arm is the second half of an A/A run, which has the colour of the first. */
function isTwin(series: string): boolean {
  return series.endsWith('-again');
}

/** The panel as Chart.js takes it. */
export function barConfiguration(
  panel: BarPanel,
  { legend }: Chart,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  const categories = [...new Set(panel.bars.map((bar) => bar.category))];
  const datasets = datasetsOf(panel, categories);
  const known = datasets.map(({ bars }) => bars);
  const together = legend.length > 0;
  const logarithmic = panel.scale === 'logarithmic';
  const top = ceiling(panel, size);
  const values = numericAxis(
    { label: panel.axis, scale: panel.scale },
    logarithmic ? { min: footOf(panel), max: top } : { min: 0, suggestedMax: top },
    theme,
    size,
  );
  const names = nameAxis(theme, size);
  const fills = datasets.map(({ series }) => ({
    colour: theme.series[series],
    hatch: panel.foreign || isTwin(series) ? ('rising' as const) : ('none' as const),
    lines: theme.background,
  }));
  return {
    type: 'bar',
    data: {
      labels: categories,
      datasets: datasets.map(({ series, bars }) => ({
        label: legend.find((entry) => entry.series === series)?.label ?? series,
        data: bars.map((bar) => bar?.value ?? null),
        backgroundColor: theme.series[series],
        borderColor: theme.ink,
        borderWidth: 1,
        maxBarThickness: together ? 64 : 92,
        categoryPercentage: 0.76,
        barPercentage: 0.92,
        grouped: together,
      })),
    },
    options: {
      ...commonOptions(panel, theme, size, { display: together }),
      indexAxis: size.lying ? 'y' : 'x',
      scales: size.lying ? { x: values, y: names } : { x: names, y: values },
    },
    plugins: [
      ROOM_BELOW_LEGEND,
      hatches(fills, theme),
      feet(known, theme),
      whiskers(
        known,
        known.map(() => theme.ink),
      ),
      valueLabels(
        known.map((bars) => bars.map((bar) => bar && { label: bar.label, end: endOf(bar) })),
        theme,
        size.fontSize,
      ),
    ],
  };
}
