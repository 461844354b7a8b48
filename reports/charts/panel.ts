/**
 * One panel, drawn by Chart.js: as pixels, or as a vector picture.
 */
import { createCanvas, ImageData, SvgExportFlag } from '@napi-rs/canvas';
import { type ChartConfiguration, type ChartItem, Chart as ChartJs, registerables } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { Chart, Panel } from '../model/types.ts';
import { barConfiguration } from './bars.ts';
import { forestConfiguration } from './forest.ts';
import { lineConfiguration } from './lines.ts';
import { loadFont } from './load-font.ts';
import type { PanelSize } from './options.ts';
import { stackedConfiguration } from './stacked.ts';
import type { Theme } from './theme.ts';

ChartJs.register(...registerables);

function configurationOf(
  panel: Panel,
  chart: Chart,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  switch (panel.kind) {
    case 'bars':
      return barConfiguration(panel, chart, theme, size);
    case 'stacked-parts':
      return stackedConfiguration(panel, theme, size);
    case 'lines':
      return lineConfiguration(panel, theme, size);
    case 'ratios':
      return forestConfiguration(panel, theme, size);
  }
}

/** Pixels as they are: chartjs-node-canvas documents it, and leaves it out of its types. */
const RAW = 'raw' as 'image/png';

/** Canvases by size and ground: each of them loads a Chart.js of its own. */
const canvases = new Map<string, ChartJSNodeCanvas>();

function canvasOf({ width, height }: PanelSize, ground: string): ChartJSNodeCanvas {
  const key = `${width} ${height} ${ground}`;
  const canvas =
    canvases.get(key) ?? new ChartJSNodeCanvas({ width, height, backgroundColour: ground });
  canvases.set(key, canvas);
  return canvas;
}

/** The panel as pixels, `size.pixelRatio` of them for each CSS pixel. */
export function panelPixels(panel: Panel, chart: Chart, theme: Theme, size: PanelSize): ImageData {
  loadFont();
  const configuration = configurationOf(panel, chart, theme, size);
  const bytes = canvasOf(size, theme.background).renderToBufferSync(configuration, RAW);
  return new ImageData(new Uint8ClampedArray(bytes), size.width * size.pixelRatio);
}

/** The panel as an SVG document, its text as text in the charts' font. */
export function panelSvg(panel: Panel, chart: Chart, theme: Theme, size: PanelSize): string {
  loadFont();
  const canvas = createCanvas(size.width, size.height, SvgExportFlag.NoPrettyXML);
  const drawn = new ChartJs(
    canvas as unknown as ChartItem,
    configurationOf(panel, chart, theme, { ...size, pixelRatio: 1 }),
  );
  const svg = canvas.getContent().toString();
  drawn.destroy();
  return svg;
}
