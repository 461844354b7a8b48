/**
 * What Chart.js does not draw by itself: intervals as whiskers, and the value above each bar.
 */
import type { BarElement, Chart, Plugin } from 'chart.js';
import type { Bar } from '../model/types.ts';
import { FONT } from './font.ts';
import type { Theme } from './theme.ts';

/** Bars of one dataset, by category; undefined where the series has none. */
export type SeriesBars = readonly (Bar | undefined)[];

function eachBar(
  chart: Chart,
  datasets: readonly SeriesBars[],
  draw: (bar: Bar, element: BarElement) => void,
): void {
  datasets.forEach((bars, dataset) => {
    const { data } = chart.getDatasetMeta(dataset);
    bars.forEach((bar, index) => {
      const element = data[index];
      if (bar !== undefined && element !== undefined) draw(bar, element as unknown as BarElement);
    });
  });
}

/** Whiskers at the ends of the 95 % interval. */
export function whiskers(datasets: readonly SeriesBars[], theme: Theme): Plugin {
  return {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const y = scales.y;
      if (y === undefined) return;
      ctx.save();
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 1.5;
      eachBar(chart, datasets, ({ interval }, { x }) => {
        if (interval === null) return;
        const [low, high] = interval.map((value) => y.getPixelForValue(value)) as [number, number];
        ctx.beginPath();
        ctx.moveTo(x, low);
        ctx.lineTo(x, high);
        for (const end of [low, high]) {
          ctx.moveTo(x - 7, end);
          ctx.lineTo(x + 7, end);
        }
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}

/** The value of each bar above it, clear of its whisker. */
export function valueLabels(
  datasets: readonly SeriesBars[],
  theme: Theme,
  fontSize: number,
): Plugin {
  return {
    id: 'value-labels',
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.fillStyle = theme.ink;
      ctx.font = `bold ${fontSize}px "${FONT}"`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'bottom';
      eachBar(chart, datasets, ({ label, interval }, { x, y }) => {
        const top = interval === null ? y : (scales.y?.getPixelForValue(interval[1]) ?? y);
        ctx.fillText(label, x, Math.min(y, top) - 5);
      });
      ctx.restore();
    },
  };
}
