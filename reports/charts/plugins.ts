/**
 * What Chart.js does not draw by itself: intervals as whiskers, hatches, and the value at the end of
 * each bar.
 */
import type { BarElement, Chart, Plugin, PointElement } from 'chart.js';
import { FONT } from './font.ts';
import { drawHatch, type Rectangle } from './hatch.ts';
import type { Fill, Theme } from './theme.ts';

/** What is known of one element of a dataset; undefined where the dataset has none. */
export type Known<T> = readonly (T | undefined)[];

/** Calls `draw` for each element of each dataset of which something is known. */
function eachElement<T, E>(
  chart: Chart,
  datasets: readonly Known<T>[],
  draw: (known: T, element: E) => void,
): void {
  datasets.forEach((entries, dataset) => {
    const { data } = chart.getDatasetMeta(dataset);
    entries.forEach((known, index) => {
      const element = data[index];
      if (known !== undefined && element !== undefined) draw(known, element as unknown as E);
    });
  });
}

/** Pixels of a value on the value axis, and whether bars lie. */
function valueAxis(chart: Chart): { pixels: (value: number) => number; lying: boolean } {
  const lying = chart.options.indexAxis === 'y';
  const scale = lying ? chart.scales.x : chart.scales.y;
  return { pixels: (value) => scale?.getPixelForValue(value) ?? 0, lying };
}

/** The area of a bar. */
function areaOf(element: BarElement, lying: boolean): Rectangle {
  const { x, y, base, width, height } = element.getProps(
    ['x', 'y', 'base', 'width', 'height'],
    true,
  ) as Record<'x' | 'y' | 'base' | 'width' | 'height', number>;
  const end = lying ? x : y;
  const [from, to] = [Math.min(base, end), Math.max(base, end)];
  return lying
    ? { x: from, y: y - height / 2, width: to - from, height }
    : { x: x - width / 2, y: from, width, height: to - from };
}

/** Something with a 95 % interval on the value axis. */
export interface Spread {
  interval?: readonly [number, number] | null;
}

/** Whiskers at the ends of the 95 % interval, of bars and of points. */
export function whiskers(datasets: readonly Known<Spread>[], colours: readonly string[]): Plugin {
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
      ctx.lineWidth = 1.5;
      datasets.forEach((_, dataset) => {
        ctx.strokeStyle = colours[dataset] as string;
        ctx.beginPath();
        eachElement<Spread, PointElement>(
          chart,
          datasets.map((known, place) => (place === dataset ? known : [])),
          ({ interval }, element) => {
            if (interval === null || interval === undefined) return;
            const [low, high] = interval.map(pixels) as [number, number];
            const middle = lying ? element.y : element.x;
            line(middle, low, middle, high);
            for (const end of [low, high]) line(middle - 5, end, middle + 5, end);
          },
        );
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}

/** Hatches over the bars of each dataset, and over its box in the legend. */
export function hatches(fills: readonly (Fill | undefined)[], theme: Theme): Plugin {
  return {
    id: 'hatches',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { lying } = valueAxis(chart);
      fills.forEach((fill, dataset) => {
        if (fill === undefined) return;
        for (const element of chart.getDatasetMeta(dataset).data) {
          const area = areaOf(element as unknown as BarElement, lying);
          drawHatch(ctx, fill.hatch, fill.lines, area);
          outline(ctx, area, theme);
        }
      });
    },
    afterDraw(chart) {
      const legend = chart.legend as unknown as {
        legendHitBoxes?: Rectangle[];
        legendItems?: { datasetIndex: number }[];
        options: { labels: { boxWidth: number; font: { size: number } } };
      };
      legend?.legendItems?.forEach(({ datasetIndex }, place) => {
        const box = legend.legendHitBoxes?.[place] as
          | { left: number; top: number; height: number }
          | undefined;
        const fill = fills[datasetIndex];
        if (box === undefined || fill === undefined) return;
        const { boxWidth, font } = legend.options.labels;
        const area = {
          x: box.left,
          y: box.top + (box.height - font.size) / 2,
          width: boxWidth,
          height: font.size,
        };
        drawHatch(chart.ctx, fill.hatch, fill.lines, area);
        outline(chart.ctx, area, theme);
      });
    },
  };
}

function outline(ctx: Chart['ctx'], { x, y, width, height }: Rectangle, theme: Theme): void {
  if (width <= 0 || height <= 0) return;
  ctx.save();
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1;
  ctx.strokeRect(x, y, width, height);
  ctx.restore();
}

/** The lower part of a bar, striped, with a line where it ends. */
export function feet(datasets: readonly Known<{ foot?: number }>[], theme: Theme): Plugin {
  return {
    id: 'feet',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { pixels, lying } = valueAxis(chart);
      eachElement<{ foot?: number }, BarElement>(chart, datasets, ({ foot }, element) => {
        if (foot === undefined) return;
        const whole = areaOf(element, lying);
        const length = Math.abs(pixels(foot) - pixels(0));
        const area = lying
          ? { ...whole, width: length }
          : { ...whole, y: whole.y + whole.height - length, height: length };
        drawHatch(ctx, 'rising', theme.background, area);
        outline(ctx, area, theme);
      });
    },
  };
}

/** Text at the end of a bar: its value, or that of the whole stack. */
export interface EndLabel {
  label: string;
  /** Where the label stands on the value axis: beyond the bar and its whisker. */
  end: number;
}

/** The value of each bar at its end, clear of its whisker and of the lines behind. */
export function valueLabels(
  datasets: readonly Known<EndLabel>[],
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
      eachElement<EndLabel, BarElement>(chart, datasets, ({ label, end }, { x, y }) => {
        const [left, top] = lying ? [pixels(end) + 6, y] : [x, pixels(end) - 5];
        ctx.strokeText(label, left, top);
        ctx.fillText(label, left, top);
      });
      ctx.restore();
    },
  };
}

/** Dashed verticals with a label, at places of the x axis. */
export function verticals(
  marks: readonly { x: number; label: string }[],
  theme: Theme,
  fontSize: number,
): Plugin {
  return {
    id: 'verticals',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      const placed = marks.map(({ x, label }) => ({
        label,
        at: scales.x?.getPixelForValue(x) ?? 0,
      }));
      ctx.save();
      ctx.strokeStyle = theme.soft;
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      for (const { at } of placed) {
        ctx.moveTo(at, chartArea.top);
        ctx.lineTo(at, chartArea.bottom);
      }
      ctx.stroke();
      ctx.restore();
      ctx.save();
      ctx.fillStyle = theme.soft;
      ctx.font = `${fontSize - 2}px "${FONT}"`;
      for (const { at, label } of placed) {
        const right = at > (chartArea.left + chartArea.right) / 2;
        ctx.textAlign = right ? 'right' : 'left';
        ctx.fillText(label, at + (right ? -4 : 4), chartArea.top + fontSize);
      }
      ctx.restore();
    },
  };
}

/** Bands behind the rows of a lying chart: from one place of the value axis to another, a row each. */
export function bands(rows: readonly (readonly [number, number])[], colour: string): Plugin {
  return {
    id: 'bands',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      const { pixels } = valueAxis(chart);
      const height = (chartArea.bottom - chartArea.top) / rows.length;
      ctx.save();
      ctx.fillStyle = colour;
      rows.forEach(([low, high], row) => {
        const [from, to] = [pixels(low), pixels(high)];
        ctx.fillRect(from, chartArea.top + row * height, to - from, height);
      });
      ctx.restore();
    },
  };
}

/** Text beyond the end of each row of a lying chart. */
export function rowNotes(notes: readonly string[], theme: Theme, fontSize: number): Plugin {
  return {
    id: 'row-notes',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.font = `bold ${fontSize}px "${FONT}"`;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = theme.ink;
      chart.getDatasetMeta(0).data.forEach(({ y }, row) => {
        ctx.fillText(notes[row] ?? '', chartArea.right + 8, y);
      });
      ctx.restore();
    },
  };
}

/** Marks of datasets with very many points: each dataset is one path, which keeps pictures small. */
export function clouds(colours: readonly (string | undefined)[]): Plugin {
  const arm = 1.6;
  return {
    id: 'clouds',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.lineWidth = 1;
      colours.forEach((colour, dataset) => {
        if (colour === undefined) return;
        ctx.strokeStyle = colour;
        ctx.beginPath();
        for (const { x, y } of chart.getDatasetMeta(dataset).data) {
          ctx.moveTo(x - arm, y);
          ctx.lineTo(x + arm, y);
          if (dataset % 2 === 0) continue;
          ctx.moveTo(x, y - arm);
          ctx.lineTo(x, y + arm);
        }
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}

/** Room between the legend and the labels of the axis below it. */
export const ROOM_BELOW_LEGEND: Plugin = {
  id: 'room-below-legend',
  beforeInit(chart) {
    const { legend } = chart as unknown as { legend?: { fit(): void; height: number } };
    if (legend === undefined) return;
    const takeRoom = legend.fit.bind(legend);
    legend.fit = () => {
      takeRoom();
      legend.height += 8;
    };
  },
};
