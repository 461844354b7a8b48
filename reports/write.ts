/**
 * Writes the report of a result into its folder: report.html, report.md and the charts. These are
 * made from the result and can be made again; the manifest does not list them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawChart } from './charts/chart.ts';
import { DARK, LIGHT } from './charts/theme.ts';
import type { ReportModel } from './model/types.ts';
import { type EmbeddedChart, renderHtml } from './render/html.ts';
import { renderMarkdown } from './render/markdown.ts';

/** The files of a report, by what they are. */
export interface ReportFiles {
  html: string;
  markdown: string;
  charts: string[];
}

/** Renders and writes the report. @returns the paths of its files */
export async function writeReport(folder: string, model: ReportModel): Promise<ReportFiles> {
  const embedded: Record<string, EmbeddedChart> = {};
  const names: Record<string, string> = {};
  for (const { id, chart } of [model, ...model.further].flatMap(({ figures }) => figures)) {
    const wide = await drawChart(chart, LIGHT, 'wide');
    embedded[id] = {
      wide: { light: wide.png, dark: (await drawChart(chart, DARK, 'wide')).png },
      narrow: {
        light: (await drawChart(chart, LIGHT, 'narrow')).png,
        dark: (await drawChart(chart, DARK, 'narrow')).png,
      },
      width: wide.width,
      height: wide.height,
    };
    names[id] = `chart-${id}.png`;
    await writeFile(join(folder, names[id]), wide.png);
  }
  const html = join(folder, 'report.html');
  const markdown = join(folder, 'report.md');
  await writeFile(html, renderHtml(model, embedded));
  await writeFile(markdown, renderMarkdown(model, names));
  return { html, markdown, charts: Object.values(names).map((name) => join(folder, name)) };
}
