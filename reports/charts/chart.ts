/**
 * A chart as a PNG: its panels beside each other, or below each other where there is no room.
 */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Chart } from '../model/types.ts';
import { renderPanel } from './panel.ts';
import type { Theme } from './theme.ts';

/** Where a chart is shown: on a page, or on a phone. */
export type ChartLayout = 'wide' | 'narrow';

/** A drawn chart. */
export interface DrawnChart {
  png: Buffer;
  /** Size in CSS pixels. */
  width: number;
  height: number;
}

const LAYOUTS = {
  wide: { width: 960, height: 440, fontSize: 14, pixelRatio: 2 },
  narrow: { width: 380, height: 340, fontSize: 12, pixelRatio: 2 },
} as const;

/** Draws a chart. */
export async function drawChart(
  chart: Chart,
  theme: Theme,
  layout: ChartLayout,
): Promise<DrawnChart> {
  const { width, height, fontSize, pixelRatio } = LAYOUTS[layout];
  const count = chart.panels.length;
  const beside = layout === 'wide';
  const panelWidth = beside ? Math.floor(width / count) : width;
  const whole = beside ? { width: panelWidth * count, height } : { width, height: height * count };
  const canvas = createCanvas(whole.width * pixelRatio, whole.height * pixelRatio);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  for (const [index, panel] of chart.panels.entries()) {
    const png = await renderPanel(panel, chart, theme, {
      width: panelWidth,
      height,
      fontSize,
      pixelRatio,
      lying: !beside && chart.legend.length > 0,
    });
    const image = await loadImage(png);
    const x = beside ? index * panelWidth * pixelRatio : 0;
    const y = beside ? 0 : index * height * pixelRatio;
    ctx.drawImage(image, x, y, panelWidth * pixelRatio, height * pixelRatio);
    if (index > 0) {
      ctx.fillStyle = theme.grid;
      const line = 1 * pixelRatio;
      if (beside)
        ctx.fillRect(x - line / 2, height * 0.06 * pixelRatio, line, height * 0.88 * pixelRatio);
      else ctx.fillRect(width * 0.05 * pixelRatio, y - line / 2, width * 0.9 * pixelRatio, line);
    }
  }
  return { png: canvas.toBuffer('image/png'), ...whole };
}
