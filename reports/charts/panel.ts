/**
 * One panel, drawn by Chart.js: as pixels, or as a vector picture.
 */
import { createCanvas, SvgExportFlag } from '@napi-rs/canvas';
import { type ChartConfiguration, type ChartItem, Chart as ChartJs, registerables } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { Chart, Panel } from '../model/types.ts';
import { barConfiguration } from './bars.ts';
import { loadFont } from './font.ts';
import { lineConfiguration } from './lines.ts';
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
  }
}

/** The panel as a PNG of `size.pixelRatio` pixels for each CSS pixel. */
export async function panelPng(
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
  return canvas.renderToBuffer(configurationOf(panel, chart, theme, size), 'image/png');
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
