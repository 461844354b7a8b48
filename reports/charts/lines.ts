/**
 * Lines and points over a numeric axis, as Chart.js takes them.
 */
import type { ChartConfiguration } from 'chart.js';
import type { Axis, Line, LinePanel } from '../model/types.ts';
import { inMagnitude } from './magnitude.ts';
import { type Bounds, commonOptions, numericAxis, type PanelSize } from './options.ts';
import { clouds, ROOM_BELOW_LEGEND, verticals, whiskers } from './plugins.ts';
import { strokeOf, type Theme } from './theme.ts';

/** Marks of series, in their order: they differ in shape besides the colour. */
export const SHAPES = ['rect', 'rectRot', 'triangle', 'crossRot', 'cross', 'star'] as const;
/** From so many points on, a line's marks are small and drawn as one. */
const CROWD = 100;
const DASHES = { solid: [], dashed: [7, 4], dotted: [2, 3] } as const;

/** The least and the greatest, in one pass: lines may have very many points. */
function extentOf(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Bounds of an axis with these values on it, so that it is never empty; `room` is left at both ends. */
export function boundsOf(
  { scale, fromZero = false }: Axis,
  values: Iterable<number>,
  room: number,
): Bounds {
  const [low, high] = extentOf(values);
  if (scale === 'logarithmic') {
    const least = low > 0 ? low : 1;
    const most = Math.max(high, least);
    const by = Math.max((most / least) ** room, 1.1);
    return { min: least / by, max: most * by };
  }
  const margin = (high - low || Math.abs(high) || 1) * room;
  return { min: fromZero ? Math.min(0, low) : low - margin, max: high + margin };
}

/** Bounds that give way to round numbers. */
function suggested({ min, max }: Bounds): Bounds {
  return {
    ...(min === undefined ? {} : { suggestedMin: min }),
    ...(max === undefined ? {} : { suggestedMax: max }),
  };
}

function* ends({ points }: Line): Iterable<number> {
  for (const { y, interval } of points) {
    yield y;
    if (interval) yield* interval;
  }
}

/** A line has the mark that is drawn of it: a crowd's are dashes and crosses. */
function shapeOf(drawn: Line['drawn'], points: number, place: number) {
  if (drawn === 'line' || drawn === 'steps') return 'line';
  if (drawn === 'points' && points >= CROWD) return place % 2 === 0 ? 'dash' : 'cross';
  return SHAPES[place % SHAPES.length] as (typeof SHAPES)[number];
}

function datasetOf(
  { label, shade, drawn, dash = 'solid', points }: Line,
  place: number,
  theme: Theme,
) {
  const colour = strokeOf(shade, theme);
  const marked = drawn === 'points' || drawn === 'marked-line';
  return {
    label,
    data: points.map(({ x, y }) => ({ x, y })),
    showLine: drawn !== 'points',
    stepped: drawn === 'steps' ? ('before' as const) : (false as const),
    borderColor: colour,
    borderWidth: drawn === 'points' ? 1 : 2,
    borderDash: [...DASHES[dash]],
    pointStyle: shapeOf(drawn, points.length, place),
    pointRadius: marked && points.length < CROWD ? 4.5 : 0,
    pointBorderColor: colour,
    pointBackgroundColor: place % 2 === 0 ? colour : theme.background,
    fill: false,
    tension: 0,
  };
}

/** The panel as Chart.js takes it. */
export function lineConfiguration(
  drawn: LinePanel,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  const panel = inMagnitude(drawn);
  const { lines, marks = [] } = panel;
  function* xs() {
    for (const { points } of lines) for (const { x } of points) yield x;
    for (const { x } of marks) yield x;
  }
  function* ys() {
    for (const line of lines) yield* ends(line);
  }
  const joined = lines.every(({ drawn }) => drawn === 'line' || drawn === 'steps');
  const heights = boundsOf(panel.y, ys(), joined ? 0 : 0.06);
  return {
    type: 'line',
    data: { datasets: lines.map((line, place) => datasetOf(line, place, theme)) },
    options: {
      ...commonOptions(panel, theme, size, {
        display: lines.length > 1,
        lines: lines.map(({ dash = 'solid' }) => [...DASHES[dash]]),
        wideMarks: joined,
      }),
      scales: {
        x: numericAxis(panel.x, boundsOf(panel.x, xs(), 0.04), theme, size),
        y: numericAxis(
          panel.y,
          panel.y.scale === 'linear' ? suggested(heights) : heights,
          theme,
          size,
        ),
      },
    },
    plugins: [
      ROOM_BELOW_LEGEND,
      clouds(
        lines.map(({ drawn, points, shade }) =>
          drawn === 'points' && points.length >= CROWD ? strokeOf(shade, theme) : undefined,
        ),
      ),
      verticals(marks, theme, size.fontSize),
      whiskers(
        lines.map(({ points }) => points),
        lines.map(({ shade }) => strokeOf(shade, theme)),
      ),
    ],
  };
}
