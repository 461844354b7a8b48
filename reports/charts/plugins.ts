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

/** Pixels of a value on the value axis, and whether bars lie. */
function valueAxis(chart: Chart): { pixels: (value: number) => number; lying: boolean } {
  const lying = chart.options.indexAxis === 'y';
  const scale = lying ? chart.scales.x : chart.scales.y;
  return { pixels: (value) => scale?.getPixelForValue(value) ?? 0, lying };
}

/** Whiskers at the ends of the 95 % interval. */
export function whiskers(datasets: readonly SeriesBars[], theme: Theme): Plugin {
  return {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { pixels, lying } = valueAxis(chart);
      const line = (x: number, y: number, toX: number, toY: number) => {
        ctx.moveTo(lying ? y : x, lying ? x : y);
        ctx.lineTo(lying ? toY : toX, lying ? toX : toY);
      };
      ctx.save();
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 1.5;
      eachBar(chart, datasets, ({ interval }, element) => {
        if (interval === null) return;
        const [low, high] = interval.map(pixels) as [number, number];
        const middle = lying ? element.y : element.x;
        ctx.beginPath();
        line(middle, low, middle, high);
        for (const end of [low, high]) line(middle - 6, end, middle + 6, end);
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}

/** The lower part of a bar, striped, with a line where it ends. */
export function feet(datasets: readonly SeriesBars[], theme: Theme): Plugin {
  return {
    id: 'feet',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { pixels, lying } = valueAxis(chart);
      eachBar(chart, datasets, ({ foot }, element) => {
        if (foot === undefined) return;
        const { width, height } = element.getProps(['width', 'height'], true);
        const [from, to] = [pixels(0), pixels(foot)];
        const thick = lying ? height : width;
        const x = lying ? from : element.x - thick / 2;
        const y = lying ? element.y - thick / 2 : to;
        const w = lying ? to - from : thick;
        const h = lying ? thick : from - to;
        ctx.save();
        ctx.beginPath();
        ctx.rect(x, y, w, h);
        ctx.clip();
        ctx.strokeStyle = theme.background;
        ctx.lineWidth = 3;
        ctx.beginPath();
        for (let at = -h; at < w; at += 9) {
          ctx.moveTo(x + at, y + h);
          ctx.lineTo(x + at + h, y);
        }
        ctx.stroke();
        ctx.restore();
        ctx.save();
        ctx.strokeStyle = theme.ink;
        ctx.lineWidth = 1;
        ctx.strokeRect(x, y, w, h);
        ctx.restore();
      });
    },
  };
}

/** The value of each bar at its end, clear of its whisker and of the lines behind. */
export function valueLabels(
  datasets: readonly SeriesBars[],
  theme: Theme,
  fontSize: number,
): Plugin {
  return {
    id: 'value-labels',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { pixels, lying } = valueAxis(chart);
      ctx.save();
      ctx.font = `bold ${fontSize}px "${FONT}"`;
      ctx.textAlign = lying ? 'left' : 'center';
      ctx.textBaseline = lying ? 'middle' : 'bottom';
      ctx.lineJoin = 'round';
      ctx.lineWidth = 4;
      ctx.strokeStyle = theme.background;
      ctx.fillStyle = theme.ink;
      eachBar(chart, datasets, ({ label, value, interval }, { x, y }) => {
        const end = pixels(Math.max(value, interval?.[1] ?? value));
        const [left, top] = lying ? [end + 6, y] : [x, end - 5];
        ctx.strokeText(label, left, top);
        ctx.fillText(label, left, top);
      });
      ctx.restore();
    },
  };
}
