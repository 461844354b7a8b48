/**
 * Writes a report's files: all of them are made first, then written beside their places, then put
 * into place, so that a report is never half a new one. They are made from results and can be made
 * again; no manifest lists them.
 */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../infra/errors.ts';
import { makeFolder } from '../infra/files/make-folder.ts';
import { holdSignals } from '../infra/process/hold-signals.ts';
import type { ChartLayout } from './charts/chart.ts';
import { coloured, colouredByPage } from './charts/colours.ts';
import { DrawnCharts } from './charts/drawn.ts';
import { mainFigureOf } from './model/answer/compose.ts';
import type { Figure, ReportModel } from './model/types.ts';
import type { PaperChart } from './paper/paper.ts';
import { type PageChart, renderHtml } from './render/html.ts';
import { renderMarkdown } from './render/markdown.ts';
import { figuresIn } from './render/outline.ts';
import { renderShort } from './render/short.ts';
import { demandReport } from './schema/validate.ts';

/** What a report can be written as. */
export const REPORT_FORMATS = ['html', 'md', 'pdf', 'latex', 'json'] as const;

/** A format of reports. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Paths of a report's files by format; the first is the one to open. */
export type ReportFiles = Partial<Record<ReportFormat, string[]>>;

/** Files of a report by name, in memory. */
type Files = Record<string, string | Uint8Array>;

/** First figures of a section whose charts are also written as PNG: those that Markdown shows. */
const MOST_PICTURES = 2;

/** Whether Markdown shows a figure: the first ones of a section, and every one that compares. */
function isShown({ chart }: Figure, place: number): boolean {
  return place < MOST_PICTURES || chart.panels.some(({ kind }) => kind === 'ratios');
}

/** Figures whose charts are also written as PNG. */
function shownIn(model: ReportModel): Figure[] {
  const main = mainFigureOf(model);
  return [model, ...model.further].flatMap(({ figures }) =>
    figures.filter((figure, place) => figure === main || isShown(figure, place)),
  );
}

/** Layout of a figure in a paper: across both columns, or in one. */
function paperLayout({ chart }: Figure): ChartLayout {
  return chart.panels.length > 1 ? 'wide' : 'narrow';
}

/** Lets other work go on between two pieces of drawing. @throws UserError when the user wants no more */
type Pause = () => Promise<void>;

function pauseBy(signal: AbortSignal | undefined): Pause {
  return async () => {
    await setImmediate();
    if (!signal?.aborted) return;
    throw new UserError('The report was not written: it was interrupted.', {
      kind: 'interrupted',
      advice: 'The result is whole: tinyvmi-bench report <result> draws it.',
    });
  };
}

/** A report's figures as a page shows them, by their ids. */
async function ofPage(
  model: ReportModel,
  charts: DrawnCharts,
  pause: Pause,
): Promise<Record<string, PageChart>> {
  const pictures: Record<string, PageChart> = {};
  for (const figure of figuresIn(model)) {
    await pause();
    const [wide, narrow] = [
      await charts.vector(figure, 'wide'),
      await charts.vector(figure, 'narrow'),
    ];
    pictures[figure.id] = { wide: colouredByPage(wide.svg), narrow: colouredByPage(narrow.svg) };
  }
  return pictures;
}

/** A report's figures as the paper shows them, by their ids. */
async function ofPaper(
  model: ReportModel,
  charts: DrawnCharts,
  pause: Pause,
): Promise<Record<string, PaperChart>> {
  const pictures: Record<string, PaperChart> = {};
  for (const figure of figuresIn(model)) {
    await pause();
    const layout = paperLayout(figure);
    const picture = await charts.vector(figure, layout);
    const svg = coloured(picture.svg, 'light');
    pictures[figure.id] = { ...picture, svg, across: layout === 'wide' };
  }
  return pictures;
}

const loadPaper = () => import('./paper/paper.ts');

/**
 * Draws what a report of this model will need, a chart at a time, so that other work goes on meanwhile.
 * @param goOn asked before each chart
 */
export async function drawAhead(
  model: ReportModel,
  charts: DrawnCharts,
  goOn: () => boolean,
): Promise<void> {
  const shown = shownIn(model);
  const figures = figuresIn(model);
  const pieces = [
    ...figures.flatMap((figure) =>
      (['wide', 'narrow'] as const).map((layout) => () => charts.vector(figure, layout)),
    ),
    ...shown.map((figure) => () => charts.pixels(figure)),
    loadPaper,
  ];
  for (const draw of pieces) {
    if (!goOn()) return;
    await draw();
    await setImmediate();
  }
}

const MAKERS: Readonly<
  Record<ReportFormat, (model: ReportModel, charts: DrawnCharts, pause: Pause) => Promise<Files>>
> = {
  html: async (model, charts, pause) => ({
    'report.html': renderHtml(model, await ofPage(model, charts, pause)),
  }),
  md: async (model, charts, pause) => {
    const files: Files = {};
    const names: Record<string, string> = {};
    for (const figure of shownIn(model)) {
      await pause();
      const name = `chart-${figure.id}.png`;
      names[figure.id] = name;
      files[name] = (await charts.pixels(figure)).png;
    }
    return {
      'report.md': renderMarkdown(model, names),
      'report-short.md': renderShort(model, names),
      ...files,
    };
  },
  pdf: async (model, charts, pause) => {
    const { renderPaper } = await loadPaper();
    return { 'paper.pdf': renderPaper(model, await ofPaper(model, charts, pause)) };
  },
  latex: async (model) => {
    const { renderLatex } = await import('./latex/latex.ts');
    return Object.fromEntries(
      Object.entries(renderLatex(model)).map(([name, text]) => [join('latex', name), text]),
    );
  },
  json: async (model) => ({ 'report.json': `${JSON.stringify(model, null, 2)}\n` }),
};

/** Puts files into a folder, all of them or, when the disk does not take one, none. */
async function place(folder: string, files: Files): Promise<void> {
  let partial: string | undefined;
  try {
    await makeFolder(folder);
    partial = await mkdtemp(join(folder, '.partial-report-'));
    for (const [name, content] of Object.entries(files)) {
      await makeFolder(dirname(join(partial, name)));
      await writeFile(join(partial, name), content);
    }
    for (const name of Object.keys(files)) {
      await makeFolder(dirname(join(folder, name)));
      await rename(join(partial, name), join(folder, name));
    }
  } catch (cause) {
    throw new UserError(`Cannot write the report to ${folder}: ${(cause as Error).message}`, {
      advice: 'Give another folder with --out.',
      cause,
    });
  } finally {
    if (partial !== undefined) await rm(partial, { recursive: true, force: true });
  }
}

/**
 * Renders and writes a report.
 * @param options.charts some of them may have been drawn ahead
 * @param options.signal fires when the user wants no more
 * @throws UserError when the folder does not take its files; then none is new
 */
export async function writeReport(
  folder: string,
  model: ReportModel,
  formats: readonly ReportFormat[] = REPORT_FORMATS,
  {
    charts = new DrawnCharts(),
    signal,
  }: { charts?: DrawnCharts | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ReportFiles> {
  const pause = pauseBy(signal);
  demandReport(model);
  const all: Files = {};
  const paths: ReportFiles = {};
  for (const format of formats) {
    await pause();
    const files = await MAKERS[format](model, charts, pause);
    Object.assign(all, files);
    paths[format] = Object.keys(files).map((name) => join(folder, name));
  }
  await pause();
  await holdSignals(() => place(folder, all));
  return paths;
}
