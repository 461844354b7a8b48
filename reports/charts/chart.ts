/**
 * A chart as a picture: its panels beside each other, or below each other where there is no room.
 */
import { createCanvas } from '@napi-rs/canvas';
import type { Chart, Panel } from '../model/types.ts';
import { forestHeight } from './forest.ts';
import type { PanelSize } from './options.ts';
import { panelPixels, panelSvg } from './panel.ts';
import type { Theme } from './theme.ts';

/** Where a chart is shown: on a page, or on a phone and in a column. */
export type ChartLayout = 'wide' | 'narrow';

/** Size of a picture in CSS pixels. */
export interface PictureSize {
  width: number;
  height: number;
}

/** A chart as pixels, two for each CSS pixel. */
export interface DrawnChart extends PictureSize {
  png: Buffer;
}

/** A chart as a vector picture. */
export interface VectorChart extends PictureSize {
  svg: string;
}

const LAYOUTS = {
  wide: { width: 960, height: 440, fontSize: 14, pixelRatio: 2 },
  narrow: { width: 380, height: 340, fontSize: 12, pixelRatio: 2 },
} as const;

/** Panels in several rows are lower than one that has the page for itself. */
const ROWS_SHRINK = 0.66;

/** Most categories of stacked bars that stand beside each other on a page. */
const MOST_STANDING = 5;

/** Most grouped bars, with their values above them, that have room to stand beside each other. */
const MOST_GROUPED = 12;

function lies(panel: Panel, chart: Chart, layout: ChartLayout): boolean {
  if (panel.kind === 'lines') return false;
  if (panel.kind === 'ratios') return true;
  if (panel.kind === 'bars') {
    return chart.legend.length > 0 && (layout === 'narrow' || panel.bars.length > MOST_GROUPED);
  }
  return layout === 'narrow' || panel.bars.length > MOST_STANDING;
}

/** Lying bars need height for each, and all parts need room in the legend. */
function heightOf(panel: Panel, chart: Chart, layout: ChartLayout): number {
  const { height, fontSize } = LAYOUTS[layout];
  if (panel.kind === 'ratios') return forestHeight(panel, fontSize);
  if (panel.kind === 'lines' && layout === 'narrow') {
    return height + Math.max(0, panel.lines.length - 4) * 10;
  }
  if (panel.kind === 'bars' && lies(panel, chart, layout)) {
    return Math.max(height, panel.bars.length * fontSize * 2 + 9 * fontSize);
  }
  if (panel.kind !== 'stacked-parts' || !lies(panel, chart, layout)) return height;
  const legend = layout === 'narrow' ? panel.parts.length * 18 : 60;
  return Math.max(height - 100, panel.bars.length * 40 + 130 + legend);
}

interface Placed {
  panel: Panel;
  x: number;
  y: number;
  size: PanelSize;
}

/** Panels beside each other on a page: up to three in a row, four as two by two. */
function columnsOf(count: number, layout: ChartLayout): number {
  if (layout === 'narrow') return 1;
  return count === 4 ? 2 : Math.min(count, 3);
}

/** Where each panel stands. */
function arrange(chart: Chart, layout: ChartLayout): { placed: Placed[] } & PictureSize {
  const { width, fontSize, pixelRatio } = LAYOUTS[layout];
  const columns = columnsOf(chart.panels.length, layout);
  const panelWidth = Math.floor(width / columns);
  const shrink = layout === 'wide' && chart.panels.length > columns ? ROWS_SHRINK : 1;
  const placed: Placed[] = [];
  let y = 0;
  for (let first = 0; first < chart.panels.length; first += columns) {
    const row = chart.panels.slice(first, first + columns);
    const tallest = Math.max(...row.map((panel) => heightOf(panel, chart, layout)));
    const height = Math.round(tallest * shrink);
    for (const [column, panel] of row.entries()) {
      const lying = lies(panel, chart, layout);
      const size = { width: panelWidth, height, fontSize, pixelRatio, lying };
      placed.push({ panel, x: column * panelWidth, y, size });
    }
    y += height;
  }
  return { placed, width: panelWidth * columns, height: y };
}

/** The line before a panel that is not the first of its row, or not of the first row of one. */
function separator({ x, y, size }: Placed): ({ x: number; y: number } & PictureSize) | undefined {
  if (x > 0) return { x: x - 0.5, y: y + size.height * 0.06, width: 1, height: size.height * 0.88 };
  if (y === 0) return undefined;
  return { x: size.width * 0.05, y: y - 0.5, width: size.width * 0.9, height: 1 };
}

/** Draws a chart as pixels. */
export async function drawChart(
  chart: Chart,
  theme: Theme,
  layout: ChartLayout,
): Promise<DrawnChart> {
  const { placed, width, height } = arrange(chart, layout);
  const { pixelRatio } = LAYOUTS[layout];
  const canvas = createCanvas(width * pixelRatio, height * pixelRatio);
  const ctx = canvas.getContext('2d');
  ctx.scale(pixelRatio, pixelRatio);
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, width, height);
  for (const at of placed) {
    const { panel, x, y, size } = at;
    ctx.putImageData(panelPixels(panel, chart, theme, size), x * pixelRatio, y * pixelRatio);
    const line = separator(at);
    if (line === undefined) continue;
    ctx.fillStyle = theme.grid;
    ctx.fillRect(line.x, line.y, line.width, line.height);
  }
  return { png: await canvas.encode('png'), width, height };
}

/**
 * A panel's document as a part of another, the same each time: its definitions are numbered anew
 * (Skia counts on from picture to picture), lengths are rounded to tenths of a pixel, and lists of
 * places do not end in a comma, which no reader of SVG has to take.
 */
function embedded({ panel, x, y, size }: Placed, name: string, chart: Chart, theme: Theme): string {
  const names = new Map<string, string>();
  const rename = (id: string) => {
    const known = names.get(id) ?? `${name}-${names.size}`;
    names.set(id, known);
    return known;
  };
  const inner = panelSvg(panel, chart, theme, size)
    .replace(/^<\?xml[^>]*\?>/, '')
    .replace(/^\s*<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\bid="([^"]*)"/g, (_, id) => `id="${rename(id)}"`)
    .replace(/url\(#([^)]*)\)/g, (_, id) => `url(#${rename(id)})`)
    .replace(/="[^"]*"/g, (value) => value.replace(/(\.\d)\d+/g, '$1'))
    .replace(/\b([xy])="([^"]*), "/g, (_, axis, list) => `${axis}="${list.replaceAll(', ', ' ')}"`);
  return `<svg x="${x}" y="${y}" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">${inner}</svg>`;
}

/**
 * Draws a chart as lines and text. The same chart gives the same bytes.
 * @param name what its definitions are called after: another one for each picture of a page
 */
export function drawVectorChart(
  chart: Chart,
  theme: Theme,
  layout: ChartLayout,
  name = 'p',
): VectorChart {
  const { placed, width, height } = arrange(chart, layout);
  const parts = placed.map((at, index) => embedded(at, `${name}${index}`, chart, theme));
  const lines = placed.flatMap((at) => {
    const line = separator(at);
    if (line === undefined) return [];
    const { x, y, width: w, height: h } = line;
    return [`<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${theme.grid}"/>`];
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="${theme.background}"/>${parts.join('')}${lines.join('')}</svg>`;
  return { svg, width, height };
}
