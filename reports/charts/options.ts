/**
 * What the charts of every kind have in common: titles, legend, axes and their ticks.
 */
import { Chart as ChartJs, type ChartOptions, type ScaleOptionsByType } from 'chart.js';
import { formatNumber } from '../model/format.ts';
import type { Axis, Panel } from '../model/types.ts';
import { FONT } from './font.ts';
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

/** A font of Chart.js's options, in the size of the panel unless another is given. */
export function fontOf({ fontSize }: PanelSize, extra: object = {}) {
  return { family: FONT, size: fontSize, ...extra };
}

/** Marks of a logarithmic axis: powers of ten, and 2 and 5 times them on a short one. */
function isMarked(value: number, decades: number): boolean {
  const digit = Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toFixed(6));
  return decades > 2 ? digit === 1 : [1, 2, 5].includes(digit);
}

/** Decimals that a number needs to be written whole, up to 6. */
function decimalsOf(value: number): number {
  for (let digits = 0; digits < 6; digits++) {
    const scaled = Math.abs(value) * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits;
  }
  return 6;
}

/**
 * A number on an axis: 20,000 is 20k where room is scarce.
 * @param step distance to the next one: neighbours must not read alike
 */
export function tickLabel(value: number, step: number): string {
  const size = Math.abs(value);
  const [unit, sign] = size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
  const [whole = '', fraction] = (value / unit).toFixed(decimalsOf(step / unit)).split('.');
  return `${formatNumber(Number(whole))}${fraction === undefined ? '' : `.${fraction}`}${sign}`;
}

/** Where an axis begins and ends. */
export interface Bounds {
  min?: number;
  max?: number;
  suggestedMin?: number;
  suggestedMax?: number;
}

type NumericScale = ScaleOptionsByType<'linear' | 'logarithmic'>;

/** Options of an axis of numbers. */
export function numericAxis(
  { label, scale, whole = false }: Axis,
  bounds: Bounds,
  theme: Theme,
  size: PanelSize,
) {
  const { min = 1, max = 1 } = bounds;
  const decades = scale === 'logarithmic' ? Math.log10(max / min) : 0;
  const options = {
    type: scale,
    ...bounds,
    title: { display: true, text: label, color: theme.soft, font: fontOf(size) },
    grid: { color: theme.grid },
    border: { display: false },
    ticks: {
      color: theme.soft,
      font: fontOf(size, { size: size.fontSize - 2 }),
      maxTicksLimit: 7,
      includeBounds: false,
      maxRotation: 0,
      ...(whole ? { precision: 0 } : {}),
      callback: (value: string | number, _: number, ticks: readonly { value: number }[]) => {
        const number = Number(value);
        if (scale === 'logarithmic' && !isMarked(number, decades)) return null;
        const [first, second] = ticks;
        const step = scale === 'linear' ? (second?.value ?? 0) - (first?.value ?? 0) : number;
        return tickLabel(number, step);
      },
    },
  };
  return options as unknown as NumericScale;
}

/** Options of an axis of names. */
export function nameAxis(theme: Theme, size: PanelSize) {
  return {
    grid: { display: false },
    border: { color: theme.soft },
    ticks: { color: theme.ink, font: fontOf(size), autoSkip: false, maxRotation: 0 },
  };
}

/** Options of a legend. */
export interface LegendOptions {
  display: boolean;
  /** For lines: the dashes of each dataset. */
  lines?: number[][];
  /** Lines without marks, which need some length to show their dashes. */
  wideMarks?: boolean;
}

function pointLabels({ lines, wideMarks = false }: LegendOptions, fontSize: number) {
  if (lines === undefined) return {};
  return {
    usePointStyle: true,
    ...(wideMarks ? { pointStyleWidth: fontSize * 3 } : {}),
    generateLabels: (chart: ChartJs) =>
      ChartJs.defaults.plugins.legend.labels
        .generateLabels(chart)
        .map((item) => ({ ...item, lineDash: lines[item.datasetIndex ?? 0] ?? [], lineWidth: 2 })),
  };
}

/** Options that every panel has. */
export function commonOptions(
  { title, subtitle }: Panel,
  theme: Theme,
  size: PanelSize,
  legend: LegendOptions,
) {
  const { fontSize, pixelRatio } = size;
  return {
    responsive: false,
    animation: false,
    devicePixelRatio: pixelRatio,
    layout: { padding: { top: 6, right: 14, bottom: 4, left: 8 } },
    plugins: {
      legend: {
        display: legend.display,
        position: 'top',
        align: 'start',
        labels: {
          color: theme.ink,
          font: fontOf(size),
          padding: fontSize * 0.8,
          boxWidth: fontSize * 1.6,
          ...pointLabels(legend, fontSize),
        },
      },
      title: {
        display: title !== '',
        text: title,
        align: 'start',
        color: theme.ink,
        font: fontOf(size, { weight: 'bold', size: fontSize + 1 }),
        padding: { top: 2, bottom: 2 },
      },
      subtitle: {
        display: subtitle !== '',
        text: subtitle,
        align: 'start',
        color: theme.soft,
        font: fontOf(size, { size: fontSize - 2 }),
        padding: { bottom: legend.display ? 0 : 10 },
      },
    },
  } satisfies ChartOptions;
}
