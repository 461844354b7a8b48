/**
 * A chart of each kind, for tests.
 */
import type { Chart, Panel } from '../model/types.ts';

function chartOf(id: string, panels: Panel[], legend: Chart['legend'] = []): Chart {
  return { id, title: id, panels, legend, alternative: id };
}

/** Two bars with intervals, beside somebody else's. */
export const BARS = chartOf('bars', [
  {
    kind: 'bars',
    title: 'This run',
    subtitle: 'median',
    axis: 'instructions a page',
    scale: 'linear',
    foreign: false,
    bars: [
      {
        category: 'Dom0',
        series: 'dom0',
        value: 12_007,
        interval: [11_900, 12_090],
        label: '12,007',
      },
      { category: 'Mini-OS', series: 'minios', value: 2924, interval: null, label: '2,924' },
    ],
  },
  {
    kind: 'bars',
    title: 'Theirs',
    subtitle: 'mean',
    axis: 'microseconds a page',
    scale: 'linear',
    foreign: true,
    bars: [
      { category: 'Dom0', series: 'dom0', value: 5.7, interval: null, label: '5.7' },
      { category: 'Mini-OS', series: 'minios', value: 3.7, interval: null, label: '3.7' },
    ],
  },
]);

/** Bars of as many parts as the palette has, one of them without some. */
export const STACKED = chartOf('stacked', [
  {
    kind: 'stacked-parts',
    title: 'Where a page goes',
    subtitle: 'mean of each phase',
    axis: 'instructions a page',
    parts: ['walk', 'map', 'copy', 'unmap', 'trap', 'hypercall', 'switch', 'clock'].map(
      (label) => ({
        label,
      }),
    ),
    bars: [
      { category: 'Dom0, cold', values: [900, 700, 600, 500, 400, 300, 200, 100], label: '3,700' },
      { category: 'Mini-OS, cold', values: [300, null, 600, 0, 100, 50, 20, 30], label: '1,100' },
    ],
  },
]);

/** Steps, marks alone, marks with intervals, and a joined line with a mark on the axis. */
export const LINES = chartOf('lines', [
  {
    kind: 'lines',
    title: 'ECDF',
    subtitle: 'share of pages',
    x: { label: 'instructions a page', scale: 'logarithmic' },
    y: { label: 'share of pages', scale: 'linear', fromZero: true },
    lines: [
      {
        label: 'Dom0, cold',
        shade: 'dom0',
        drawn: 'steps',
        points: [
          { x: 10_000, y: 0 },
          { x: 12_000, y: 0.5 },
          { x: 90_000, y: 1 },
        ],
      },
      {
        label: 'Mini-OS, cold',
        shade: 'minios',
        drawn: 'steps',
        dash: 'dashed',
        points: [
          { x: 2_000, y: 0 },
          { x: 2_900, y: 0.9 },
          { x: 5_000, y: 1 },
        ],
      },
    ],
  },
  {
    kind: 'lines',
    title: 'By number of domains',
    subtitle: 'median, whiskers: 95 % interval',
    x: { label: 'domains', scale: 'linear', whole: true },
    y: { label: 'instructions a page', scale: 'linear', fromZero: true },
    lines: [
      {
        label: 'Mini-OS',
        shade: 'minios',
        drawn: 'marked-line',
        points: [
          { x: 1, y: 2924, interval: [2900, 2950] },
          { x: 2, y: 2930, interval: [2880, 2990] },
          { x: 4, y: 3400, interval: null },
        ],
      },
      {
        label: 'Dom0',
        shade: 'dom0',
        drawn: 'points',
        points: [
          { x: 1, y: 1200 },
          { x: 2, y: 1300 },
        ],
      },
      {
        label: 'limit',
        shade: 4,
        drawn: 'line',
        dash: 'dotted',
        points: [
          { x: 1, y: 4000 },
          { x: 4, y: 4000 },
        ],
      },
    ],
    marks: [{ x: 3, label: 'memory is full' }],
  },
]);

/** Ratios: small and large ones, with and without an interval, on both kinds of axis. */
export const RATIOS = chartOf('ratios', [
  {
    kind: 'ratios',
    title: 'page-walk',
    subtitle: 'whiskers: 95 % interval',
    axis: { label: 'median of B / median of A', scale: 'linear' },
    rows: [
      {
        ...{ label: 'cold, Dom0', shade: 'dom0', ratio: 1.004 },
        ...{ interval: [1.002, 1.006], equivalence: [0.99, 1.01], note: '+0.40 %' },
      },
      {
        ...{ label: 'cold, Mini-OS', shade: 'minios', ratio: 0.97 },
        ...{ interval: [0.96, 0.98], equivalence: [0.998, 1.002], note: '−3.00 %' },
      },
      {
        ...{ label: 'cold, another', shade: 2, ratio: 1 },
        ...{ interval: null, equivalence: [0.998, 1.002], note: '0.00 %' },
      },
    ],
  },
  {
    kind: 'ratios',
    title: 'code-size',
    subtitle: '',
    axis: { label: 'median of B / median of A (log)', scale: 'logarithmic' },
    rows: [
      {
        ...{ label: 'lines, Dom0', shade: 'dom0', ratio: 340 },
        ...{ interval: [300, 380], equivalence: [0.99, 1.01], note: '+33,900 %' },
      },
    ],
  },
]);

/** All of them. */
export const CHARTS = [BARS, STACKED, LINES, RATIOS];
