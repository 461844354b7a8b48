/**
 * One panel as a PNG, drawn by Chart.js.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { formatNumber } from '../model/format.ts';
import type { Bar, Chart, Panel } from '../model/types.ts';
import { FONT, loadFont } from './font.ts';
import { feet, type SeriesBars, valueLabels, whiskers } from './plugins.ts';
import type { Theme } from './theme.ts';

/** Size of a panel in CSS pixels, of its text, and pixels of the picture for each. */
export interface PanelSize {
  width: number;
  height: number;
  fontSize: number;
  pixelRatio: number;
  /** Bars lie, because labels side by side would not fit. */
  lying: boolean;
}

function hatched(colour: string, theme: Theme, scale: number) {
  const size = 10 * scale;
  const tile: Canvas = createCanvas(size, size);
  const ctx = tile.getContext('2d');
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, size, size);
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = 2.4 * scale;
  ctx.beginPath();
  for (const shift of [-size, 0, size]) {
    ctx.moveTo(shift - size, size * 2);
    ctx.lineTo(shift + size * 2, -size);
  }
  ctx.stroke();

  return ctx.createPattern(tile, 'repeat');
}

interface Dataset {
  series: Bar['series'];
  bars: SeriesBars;
}

/** Bars by series and category. Without a legend each bar is its own category. */
function datasetsOf(panel: Panel, categories: readonly string[]): Dataset[] {
  const series = [...new Set(panel.bars.map((bar) => bar.series))];
  return series.map((name) => ({
    series: name,
    bars: categories.map((category) =>
      panel.bars.find((bar) => bar.series === name && bar.category === category),
    ),
  }));
}

/** Room beyond the longest bar for its label. */
function ceiling(panel: Panel, lying: boolean): number {
  const top = Math.max(
    ...panel.bars.map(({ value, interval }) => Math.max(value, interval?.[1] ?? 0)),
  );
  if (panel.scale === 'linear') return top * (lying ? 1.3 : 1.14);
  return top * (lying ? 12 : 2.2);
}

/** A power of ten that is at most half of the shortest bar: bars of a logarithmic axis need a foot. */
function foot(panel: Panel): number {
  const shortest = Math.min(...panel.bars.map(({ value }) => value));
  return 10 ** Math.floor(Math.log10(Math.max(shortest, 1e-9) / 2));
}

function configuration(
  panel: Panel,
  chart: Chart,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  const categories = [...new Set(panel.bars.map((bar) => bar.category))];
  const datasets = datasetsOf(panel, categories);
  const together = chart.legend.length > 0;
  const font = (extra: object = {}) => ({ family: FONT, size: size.fontSize, ...extra });
  const logarithmic = panel.scale === 'logarithmic';
  const names = {
    grid: { display: false },
    border: { color: theme.soft },
    ticks: { color: theme.ink, font: font() },
  };
  const values = {
    type: logarithmic ? ('logarithmic' as const) : ('linear' as const),
    min: logarithmic ? foot(panel) : 0,
    ...(logarithmic
      ? { max: ceiling(panel, size.lying) }
      : { suggestedMax: ceiling(panel, size.lying) }),
    title: { display: true, text: panel.axis, color: theme.soft, font: font() },
    grid: { color: theme.grid },
    border: { display: false },
    ticks: {
      color: theme.soft,
      font: font({ size: size.fontSize - 2 }),
      maxTicksLimit: 7,
      maxRotation: 0,
      callback: (value: string | number) => {
        const number = Number(value);
        if (logarithmic && !Number.isInteger(Math.log10(number))) return null;
        return formatNumber(number);
      },
    },
  };
  return {
    type: 'bar',
    data: {
      labels: categories,
      datasets: datasets.map(({ series, bars }) => ({
        label: chart.legend.find((entry) => entry.series === series)?.label ?? series,
        data: bars.map((bar) => bar?.value ?? null),
        backgroundColor: panel.foreign
          ? hatched(theme.series[series], theme, size.pixelRatio)
          : theme.series[series],
        borderColor: theme.ink,
        borderWidth: 1,
        maxBarThickness: together ? 64 : 92,
        categoryPercentage: 0.76,
        barPercentage: 0.92,
        grouped: together,
      })),
    },
    options: {
      responsive: false,
      animation: false,
      devicePixelRatio: size.pixelRatio,
      layout: { padding: { top: 6, right: 14, bottom: 4, left: 8 } },
      plugins: {
        legend: {
          display: together,
          position: 'top',
          align: 'start',
          labels: { color: theme.ink, font: font(), boxWidth: size.fontSize * 1.5, padding: 14 },
        },
        title: {
          display: panel.title !== '',
          text: panel.title,
          align: 'start',
          color: theme.ink,
          font: font({ weight: 'bold', size: size.fontSize + 1 }),
          padding: { top: 2, bottom: 2 },
        },
        subtitle: {
          display: panel.subtitle !== '',
          text: panel.subtitle,
          align: 'start',
          color: theme.soft,
          font: font({ size: size.fontSize - 2 }),
          padding: { bottom: 12 },
        },
      },
      indexAxis: size.lying ? 'y' : 'x',
      scales: size.lying ? { x: values, y: names } : { x: names, y: values },
    },
    plugins: [
      feet(
        datasets.map(({ bars }) => bars),
        theme,
      ),
      whiskers(
        datasets.map(({ bars }) => bars),
        theme,
      ),
      valueLabels(
        datasets.map(({ bars }) => bars),
        theme,
        size.fontSize,
      ),
    ],
  };
}

/** The panel as a PNG of `size.pixelRatio` pixels for each CSS pixel. */
export async function renderPanel(
  panel: Panel,
  chart: Chart,
  theme: Theme,
  size: PanelSize,
): Promise<Buffer> {
  loadFont();
  const canvas = new ChartJSNodeCanvas({
    width: size.width,
    height: size.height,
    backgroundColour: theme.background,
  });
  return canvas.renderToBuffer(configuration(panel, chart, theme, size), 'image/png');
}
