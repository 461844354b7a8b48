/**
 * Writes a report's files: all of them are made first, then written beside their places, then put
 * into place, so that a report is never half a new one. They are made from results and can be made
 * again; no manifest lists them.
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../infra/errors.ts';
import type { ChartLayout, VectorChart } from './charts/chart.ts';
import { coloured, colouredByPage, UNCOLOURED } from './charts/colours.ts';
import { LIGHT } from './charts/theme.ts';
import type { Figure, ReportModel } from './model/types.ts';
import type { PaperChart } from './paper/paper.ts';
import { type PageChart, renderHtml } from './render/html.ts';
import { renderMarkdown } from './render/markdown.ts';
import { figuresIn } from './render/outline.ts';
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

/**
 * What draws charts. It is loaded when something is drawn: it brings large libraries, which most commands
 * do without.
 */
type Drawing = typeof import('./charts/chart.ts');
const loadDrawing = (): Promise<Drawing> => import('./charts/chart.ts');

/** Vector pictures of a report's figures, without colours yet: each is drawn once, when it is needed. */
class Pictures {
  readonly #figures: readonly Figure[];
  readonly #drawn = new Map<string, VectorChart>();

  constructor(model: ReportModel) {
    this.#figures = figuresIn(model);
  }

  #draw(drawing: Drawing, figure: Figure, place: number, layout: ChartLayout): VectorChart {
    const name = `${layout}-${place}-`;
    const known =
      this.#drawn.get(name) ?? drawing.drawVectorChart(figure.chart, UNCOLOURED, layout, name);
    this.#drawn.set(name, known);
    return known;
  }

  /** As a page shows them, by the figures' ids. */
  async ofPage(): Promise<Record<string, PageChart>> {
    const drawing = await loadDrawing();
    const pictures = this.#figures.map((figure, place) => {
      const [wide, narrow] = (['wide', 'narrow'] as const).map((layout) =>
        colouredByPage(this.#draw(drawing, figure, place, layout).svg),
      );
      return [figure.id, { wide, narrow }];
    });
    return Object.fromEntries(pictures);
  }

  /** As the paper shows them, by the figures' ids. */
  async ofPaper(): Promise<Record<string, PaperChart>> {
    const drawing = await loadDrawing();
    const pictures = this.#figures.map((figure, place) => {
      const across = figure.chart.panels.length > 1;
      const picture = this.#draw(drawing, figure, place, across ? 'wide' : 'narrow');
      return [figure.id, { ...picture, svg: coloured(picture.svg, 'light'), across }];
    });
    return Object.fromEntries(pictures);
  }
}

const MAKERS: Readonly<
  Record<ReportFormat, (model: ReportModel, pictures: Pictures) => Promise<Files>>
> = {
  html: async (model, pictures) => ({ 'report.html': renderHtml(model, await pictures.ofPage()) }),
  md: async (model) => {
    const files: Files = {};
    const names: Record<string, string> = {};
    const { drawChart } = await loadDrawing();
    const shown = [model, ...model.further].flatMap(({ figures }) => figures.filter(isShown));
    for (const { id, chart } of shown) {
      const name = `chart-${id}.png`;
      names[id] = name;
      files[name] = (await drawChart(chart, LIGHT, 'wide')).png;
    }
    return { 'report.md': renderMarkdown(model, names), ...files };
  },
  pdf: async (model, pictures) => {
    const { renderPaper } = await import('./paper/paper.ts');
    return { 'paper.pdf': renderPaper(model, await pictures.ofPaper()) };
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
    await mkdir(folder, { recursive: true });
    partial = await mkdtemp(join(folder, '.partial-report-'));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(partial, name)), { recursive: true });
      await writeFile(join(partial, name), content);
    }
    for (const name of Object.keys(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
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
 * @throws UserError when the folder does not take its files; then none is new
 */
export async function writeReport(
  folder: string,
  model: ReportModel,
  formats: readonly ReportFormat[] = REPORT_FORMATS,
): Promise<ReportFiles> {
  demandReport(model);
  const all: Files = {};
  const paths: ReportFiles = {};
  const pictures = new Pictures(model);
  for (const format of formats) {
    const files = await MAKERS[format](model, pictures);
    Object.assign(all, files);
    paths[format] = Object.keys(files).map((name) => join(folder, name));
  }
  await place(folder, all);
  return paths;
}
