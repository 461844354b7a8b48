/**
 * The course of every figure of a history as one SVG: a panel each, changes of level marked. Plain
 * text, so that thousands of runs draw at once and the same history gives the same bytes.
 */
import { thinned } from '../../harness/analyse/thin.ts';
import type { Trend } from '../../harness/history/trends.ts';
import { armLabel, formatChange, formatNumber } from '../model/format.ts';
import { escapeHtml } from '../render/html.ts';
import { LIGHT } from './theme.ts';

const WIDTH = 960;
const PANEL = 190;
const PLOT = { left: 90, right: 24, top: 44, bottom: 26 };
/** Most points of a line: neighbours are drawn as their lowest and highest. */
const MOST_POINTS = 1600;

const { ink: INK, soft: SOFT, grid: GRID, background: PAPER, series: SERIES } = LIGHT;
const CHANGE = '#b3261e';

/** Looks are attributes, not a style sheet: some viewers of SVG know none. */
const LOOKS = {
  title: `fill="${INK}" font-size="13" font-weight="bold"`,
  soft: `fill="${SOFT}" font-size="11"`,
  grid: `stroke="${GRID}"`,
  line: `fill="none" stroke="${SERIES.dom0}" stroke-width="1.2"`,
  dot: `fill="${SERIES.dom0}"`,
  level: `fill="none" stroke="${SERIES.minios}" stroke-width="2.5"`,
  change: `stroke="${CHANGE}" stroke-dasharray="4 3"`,
} as const;

interface Scale {
  x(index: number): number;
  y(value: number): number;
}

function round(value: number): string {
  return value.toFixed(1);
}

function boundsOf(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = Math.max((high - low) * 0.08, Math.abs(high) * 0.002, 1e-9);
  return [low - room, high + room];
}

function levels({ points, changes }: Trend, scale: Scale): string {
  const edges = [0, ...changes.map(({ index }) => index), points.length];
  return changes
    .map(({ index, before, after, ratio, commit, id }, i) => {
      const segment = (from: number, to: number, level: number) =>
        `<path ${LOOKS.level} d="M${round(scale.x(from))} ${round(scale.y(level))}H${round(scale.x(to))}"/>`;
      const x = round(scale.x(index));
      const label = `${ratio === null ? '' : formatChange(ratio)} ${commit?.slice(0, 7) ?? ''}`;
      return [
        segment(edges[i] as number, index - 1, before),
        segment(index, (edges[i + 2] as number) - 1, after),
        `<path ${LOOKS.change} d="M${x} ${PLOT.top}V${PANEL - PLOT.bottom}"><title>${escapeHtml(`${id}: ${formatNumber(before)} to ${formatNumber(after)}`)}</title></path>`,
        `<text ${LOOKS.soft} x="${x}" y="${PLOT.top - 4}" text-anchor="middle">${escapeHtml(label.trim())}</text>`,
      ].join('');
    })
    .join('');
}

function panel(trend: Trend, place: number): string {
  const { benchmark, state, arm, unit, phase, points, begunBy } = trend;
  const values = points.map(({ p50 }) => p50);
  const [low, high] = boundsOf(values);
  const across = WIDTH - PLOT.left - PLOT.right;
  const down = PANEL - PLOT.top - PLOT.bottom;
  const scale: Scale = {
    x: (index) => PLOT.left + (points.length < 2 ? 0.5 : index / (points.length - 1)) * across,
    y: (value) => PLOT.top + (1 - (value - low) / (high - low)) * down,
  };
  const drawn = thinned(values, MOST_POINTS);
  const line = drawn.map(([i, value]) => `${round(scale.x(i))} ${round(scale.y(value))}`).join('L');
  const dots =
    drawn.length > 120
      ? ''
      : drawn
          .map(
            ([i, v]) =>
              `<circle ${LOOKS.dot} cx="${round(scale.x(i))}" cy="${round(scale.y(v))}" r="2.5"/>`,
          )
          .join('');
  const ticks = [low, (low + high) / 2, high]
    .map((value) => {
      const y = round(scale.y(value));
      return `<path ${LOOKS.grid} d="M${PLOT.left} ${y}H${WIDTH - PLOT.right}"/><text ${LOOKS.soft} x="${PLOT.left - 8}" y="${y}" dy="0.32em" text-anchor="end">${formatNumber(value)}</text>`;
    })
    .join('');
  const dates = [points[0], points.at(-1)].map((point) => point?.startedAt.slice(0, 10) ?? '');
  const segment = begunBy === null ? '' : ` (${begunBy})`;
  const title = `${benchmark}, ${state}, ${armLabel(arm)}: median of ${phase}, ${unit}${segment}`;
  return `<g transform="translate(0 ${place * PANEL})"><text ${LOOKS.title} x="12" y="20">${escapeHtml(title)}</text>${ticks}<path ${LOOKS.line} d="M${line}"/>${dots}${levels(trend, scale)}<text ${LOOKS.soft} x="${PLOT.left}" y="${PANEL - 8}">${escapeHtml(dates[0] ?? '')}</text><text ${LOOKS.soft} x="${WIDTH - PLOT.right}" y="${PANEL - 8}" text-anchor="end">${escapeHtml(dates[1] ?? '')}</text></g>`;
}

/** The picture. Series of one run are drawn as a point. */
export function trendSvg(trends: readonly Trend[], title: string): string {
  const height = Math.max(1, trends.length) * PANEL;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"><title>${escapeHtml(title)}</title><rect width="100%" height="100%" fill="${PAPER}"/><g font-family="DejaVu Sans, Verdana, sans-serif">${trends.map(panel).join('')}</g></svg>\n`;
}
