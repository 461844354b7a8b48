/**
 * Ratios below each other about a line at 1, as Chart.js takes them: a forest plot.
 */
import type { ChartConfiguration, Scale } from 'chart.js';
import type { RatioPanel } from '../model/types.ts';
import { FONT } from './font.ts';
import { boundsOf, SHAPES } from './lines.ts';
import { type Bounds, commonOptions, nameAxis, numericAxis, type PanelSize } from './options.ts';
import { bands, rowNotes, verticals, whiskers } from './plugins.ts';
import { strokeOf, type Theme } from './theme.ts';

/** Height of a row, and of what stands above and below all of them, by the size of the text. */
const LINES = { row: 2, around: 9 };
/** Width of a bold character, by the size of the text: DejaVu Sans has none wider in a number. */
const CHARACTER = 0.72;
/** Pixels between a name and the axis. */
const TICK = 14;
/** Part of the panel's width that a row's name may take, and the mean width of its characters. */
const NAME = { share: 0.45, character: 0.58 };

/** What a panel of so many rows needs. */
export function forestHeight({ rows }: RatioPanel, fontSize: number): number {
  return Math.round(fontSize * (LINES.around + LINES.row * rows.length));
}

/** Where the axis of ratios begins and ends: every interval and every band is on it. */
export function forestBounds({ axis, rows }: RatioPanel): Bounds {
  const ends = rows.flatMap(({ ratio, interval, equivalence }) => [
    ratio,
    ...(interval ?? []),
    ...equivalence,
  ]);
  return boundsOf(axis, ends, 0.06);
}

/** A name that leaves room for the plot; the figure's table has the whole of it. */
function shortened(name: string, { width, fontSize }: PanelSize): string {
  const most = Math.floor((width * NAME.share) / (fontSize * NAME.character));
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

/** Chart.js gives names half of the room beside the notes at most, and cuts what is longer. */
function wideAsNames({ fontSize }: PanelSize): (scale: Scale) => void {
  return (scale) => {
    scale.ctx.save();
    scale.ctx.font = `${fontSize}px "${FONT}"`;
    const widths = scale.ticks.map(({ label }) => scale.ctx.measureText(String(label)).width);
    scale.ctx.restore();
    scale.width = Math.max(scale.width, Math.ceil(Math.max(...widths)) + TICK);
  };
}

/** The panel as Chart.js takes it. */
export function forestConfiguration(
  panel: RatioPanel,
  theme: Theme,
  size: PanelSize,
): ChartConfiguration {
  const { rows } = panel;
  const shades = [...new Set(rows.map(({ shade }) => shade))];
  const colours = rows.map(({ shade }) => strokeOf(shade, theme));
  const common = commonOptions(panel, theme, size, { display: false });
  const longest = Math.max(...rows.map(({ note }) => note.length));
  const names = nameAxis(theme, size);
  return {
    type: 'line',
    data: {
      labels: rows.map(({ label }) => shortened(label, size)),
      datasets: [
        {
          data: rows.map(({ ratio }) => ratio),
          showLine: false,
          pointRadius: 5,
          pointStyle: rows.map(({ shade }) => SHAPES[shades.indexOf(shade) % SHAPES.length]),
          pointBorderColor: colours,
          pointBackgroundColor: colours,
        },
      ],
    },
    options: {
      ...common,
      indexAxis: 'y',
      layout: {
        padding: {
          ...common.layout.padding,
          right: Math.ceil(longest * size.fontSize * CHARACTER) + 10,
        },
      },
      scales: {
        x: numericAxis(panel.axis, forestBounds(panel), theme, size),
        y: { ...names, offset: true, afterFit: wideAsNames(size) },
      },
    },
    plugins: [
      bands(
        rows.map(({ equivalence }) => equivalence),
        theme.grid,
      ),
      verticals([{ x: 1, label: '' }], theme, size.fontSize),
      whiskers([rows], [theme.ink]),
      rowNotes(
        rows.map(({ note }) => note),
        theme,
        size.fontSize,
      ),
    ],
  };
}
