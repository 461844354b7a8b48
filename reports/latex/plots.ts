/**
 * Charts as pgfplots: the axes as text to include, the points as data files beside it.
 */
import { forestBounds } from '../charts/forest.ts';
import { LIGHT, partFill, strokeOf } from '../charts/theme.ts';
import type {
  Axis,
  BarPanel,
  Chart,
  LinePanel,
  Panel,
  RatioPanel,
  StackedPanel,
} from '../model/types.ts';
import { escapeLatex, fileName } from './escape.ts';

/** A chart as LaTeX, and its data files by name. */
export interface Plot {
  source: string;
  files: Record<string, string>;
}

/** Looks of datasets in their order, legible without colour. */
const MARKS = ['square*', 'diamond', 'triangle*', 'x', '+', 'star'];
const DASHES = { solid: 'solid', dashed: 'dashed', dotted: 'dotted' } as const;
const PATTERNS = [
  undefined,
  'north east lines',
  'north west lines',
  'crosshatch',
  undefined,
  'dots',
  'horizontal lines',
  'vertical lines',
];

function rows(header: readonly string[], lines: readonly (readonly (number | string)[])[]): string {
  return `${[header, ...lines].map((line) => line.join(' ')).join('\n')}\n`;
}

/** A colour of the theme, as pgfplots takes it. */
function rgb(colour: string): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `{rgb,255:red,${parts[0]};green,${parts[1]};blue,${parts[2]}}`;
}

function axisOptions(name: 'x' | 'y', { label, scale }: Axis): string[] {
  return [
    `${name}label={${escapeLatex(label)}}`,
    ...(scale === 'logarithmic' ? [`${name}mode=log`] : []),
  ];
}

/** Categories stand at whole numbers: their names may hold anything. */
function categoryOptions(categories: readonly string[]): string[] {
  return [
    `xtick={${categories.map((_, place) => place).join(',')}}`,
    `xticklabels={${categories.map((name) => `{${escapeLatex(name)}}`).join(',')}}`,
    'x tick label style={rotate=30,anchor=east}',
    'enlarge x limits={abs=0.6}',
  ];
}

function environment(title: string, options: readonly string[], plots: readonly string[]): string {
  const lines = [`title={${escapeLatex(title)}}`, ...options].map((option) => `  ${option},`);
  return [
    '\\begin{tikzpicture}',
    `\\begin{axis}[\n${lines.join('\n')}\n]`,
    ...plots,
    '\\end{axis}',
    '\\end{tikzpicture}',
  ].join('\n');
}

function legendEntry(label: string): string {
  return `\\addlegendentry{${escapeLatex(label)}}`;
}

function barPlot(panel: BarPanel, chart: Chart, name: string): Plot {
  const categories = [...new Set(panel.bars.map(({ category }) => category))];
  const series = [...new Set(panel.bars.map((bar) => bar.series))];
  const files: Record<string, string> = {};
  const plots = series.flatMap((one) => {
    const file = `${name}-${fileName(one)}.dat`;
    files[file] = rows(
      ['place', 'value', 'minus', 'plus'],
      panel.bars
        .filter((bar) => bar.series === one)
        .map(({ category, value, interval }) => [
          categories.indexOf(category),
          value,
          interval === null ? 0 : value - interval[0],
          interval === null ? 0 : interval[1] - value,
        ]),
    );
    const label = chart.legend.find((entry) => entry.series === one)?.label;
    const look = panel.foreign
      ? `fill=${rgb(LIGHT.series[one])},postaction={pattern=north east lines,pattern color=white}`
      : `fill=${rgb(LIGHT.series[one])}`;
    return [
      `\\addplot[${look},draw=black,error bars/.cd,y dir=both,y explicit] table[x=place,y=value,y error minus=minus,y error plus=plus] {${file}};`,
      ...(label === undefined ? [] : [legendEntry(label)]),
    ];
  });
  const scale = { label: panel.axis, scale: panel.scale };
  const options = [
    chart.legend.length > 0 ? 'ybar' : 'ybar, bar shift=0pt',
    ...axisOptions('y', scale),
    ...(panel.scale === 'linear' ? ['ymin=0'] : ['log origin=infty']),
    ...categoryOptions(categories),
  ];
  return { source: environment(panel.title, options, plots), files };
}

function stackedPlot({ title, axis, parts, bars }: StackedPanel, name: string): Plot {
  const file = `${name}.dat`;
  const table = rows(
    ['place', ...parts.map((_, part) => `part${part}`)],
    bars.map(({ values }, place) => [place, ...parts.map((_, part) => values[part] ?? 0)]),
  );
  const plots = parts.flatMap(({ label }, part) => {
    const pattern = PATTERNS[part % PATTERNS.length];
    const over = pattern === undefined ? '' : `,postaction={pattern=${pattern}}`;
    return [
      `\\addplot[fill=${rgb(partFill(part, LIGHT).colour)},draw=black${over}] table[x=place,y=part${part}] {${file}};`,
      legendEntry(label),
    ];
  });
  const options = [
    'ybar stacked',
    'ymin=0',
    ...axisOptions('y', { label: axis, scale: 'linear' }),
    ...categoryOptions(bars.map(({ category }) => category)),
  ];
  return { source: environment(title, options, plots), files: { [file]: table } };
}

function linePlot({ title, x, y, lines, marks = [] }: LinePanel, name: string): Plot {
  const files: Record<string, string> = {};
  const plots = lines.flatMap(({ label, shade, drawn, dash = 'solid', points }, place) => {
    const file = `${name}-${place}.dat`;
    files[file] = rows(
      ['x', 'y', 'minus', 'plus'],
      points.map((point) => [
        point.x,
        point.y,
        point.interval ? point.y - point.interval[0] : 0,
        point.interval ? point.interval[1] - point.y : 0,
      ]),
    );
    const marked = drawn === 'points' || drawn === 'marked-line';
    const look = [
      `color=${rgb(strokeOf(shade, LIGHT))}`,
      marked ? `mark=${MARKS[place % MARKS.length]}` : 'no marks',
      ...(drawn === 'points' ? ['only marks'] : [DASHES[dash]]),
      ...(drawn === 'steps' ? ['const plot'] : []),
      ...(points.some(({ interval }) => interval)
        ? ['error bars/.cd', 'y dir=both', 'y explicit']
        : []),
    ];
    return [
      `\\addplot[${look.join(',')}] table[x=x,y=y,y error minus=minus,y error plus=plus] {${file}};`,
      legendEntry(label),
    ];
  });
  const verticals = marks.map(
    (mark) =>
      `\\draw[densely dashed] ({axis cs:${mark.x},0}|-{rel axis cs:0,0}) -- ({axis cs:${mark.x},0}|-{rel axis cs:0,1}) node[below right]{${escapeLatex(mark.label)}};`,
  );
  const options = [...axisOptions('x', x), ...axisOptions('y', y)];
  return { source: environment(title, options, [...plots, ...verticals]), files };
}

/** Rows from top to bottom: their names may hold anything, so they stand at whole numbers. */
function ratioPlot(panel: RatioPanel, name: string): Plot {
  const { title, axis, rows: ratios } = panel;
  const { min, max } = forestBounds(panel);
  const shades = [...new Set(ratios.map(({ shade }) => shade))];
  const files: Record<string, string> = {};
  const shaded = ratios.map(({ equivalence: [low, high] }, place) => {
    const corner = (x: number, y: number) => `(axis cs:${x},${y})`;
    return `\\fill[black!12] ${corner(low, place - 0.5)} rectangle ${corner(high, place + 0.5)};`;
  });
  const plots = shades.map((shade, series) => {
    const file = `${name}-${series}.dat`;
    files[file] = rows(
      ['ratio', 'place', 'minus', 'plus'],
      ratios.flatMap((row, place) => {
        if (row.shade !== shade) return [];
        const [low, high] = row.interval ?? [row.ratio, row.ratio];
        return [[row.ratio, place, row.ratio - low, high - row.ratio]];
      }),
    );
    const look = `color=${rgb(strokeOf(shade, LIGHT))},mark=${MARKS[series % MARKS.length]},only marks`;
    return `\\addplot[${look},error bars/.cd,x dir=both,x explicit] table[x=ratio,y=place,x error minus=minus,x error plus=plus] {${file}};`;
  });
  const line =
    '\\draw[densely dashed] ({axis cs:1,0}|-{rel axis cs:0,0}) -- ({axis cs:1,0}|-{rel axis cs:0,1});';
  const options = [
    ...axisOptions('x', axis),
    `xmin=${min},xmax=${max}`,
    'y dir=reverse',
    `ymin=-0.5,ymax=${ratios.length - 0.5}`,
    `height=${(3 + 0.55 * ratios.length).toFixed(1)}cm`,
    `ytick={${ratios.map((_, place) => place).join(',')}}`,
    `yticklabels={${ratios.map(({ label }) => `{${escapeLatex(label)}}`).join(',')}}`,
  ];
  return { source: environment(title, options, [...shaded, line, ...plots]), files };
}

function panelPlot(panel: Panel, chart: Chart, name: string): Plot {
  switch (panel.kind) {
    case 'bars':
      return barPlot(panel, chart, name);
    case 'stacked-parts':
      return stackedPlot(panel, name);
    case 'lines':
      return linePlot(panel, name);
    case 'ratios':
      return ratioPlot(panel, name);
  }
}

/** A chart as pgfplots, its panels one after the other. */
export function plotOf(chart: Chart): Plot {
  const plots = chart.panels.map((panel, index) =>
    panelPlot(panel, chart, `${fileName(chart.id)}-${index}`),
  );
  return {
    source: plots.map(({ source }) => source).join('\n\n'),
    files: Object.assign({}, ...plots.map(({ files }) => files)),
  };
}
