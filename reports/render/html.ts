/**
 * The report as one HTML file that needs nothing else.
 */
import { mainFigureOf } from '../model/answer/compose.ts';
import type { Fact, Figure, ReportModel, Table } from '../model/types.ts';
import { type Block, outlineOf } from './outline.ts';
import { STYLE } from './style.ts';

/** A chart as a page shows it: SVG without colours of its own, for wide and for narrow screens. */
export interface PageChart {
  wide: string;
  narrow: string;
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that HTML leaves alone, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}

function tableOf(table: Table, kind = ''): string {
  const numbers = table.columns.some(({ align }) => align === 'right');
  const classes = [kind, numbers ? 'numbers' : ''].filter((name) => name !== '').join(' ');
  const cell = (tag: 'th' | 'td', text: string, index: number) =>
    `<${tag}${tag === 'th' ? ' scope="col"' : ''}${table.columns[index]?.align === 'right' ? ' class="r"' : ''}>${escapeHtml(text)}</${tag}>`;
  const row = (tag: 'th' | 'td', cells: readonly string[]) =>
    `<tr>${cells.map((text, index) => cell(tag, text, index)).join('')}</tr>`;
  return `<div class="scroll"><table class="${classes}"><thead>${row(
    'th',
    table.columns.map(({ label }) => label),
  )}</thead><tbody>${table.rows.map((cells) => row('td', cells)).join('')}</tbody></table></div>`;
}

/** A table under its title. */
export function section(table: Table, kind = ''): string {
  return `<h3 id="${escapeHtml(table.id)}">${escapeHtml(table.title)}</h3><p class="caption">${escapeHtml(table.caption)}</p>${tableOf(table, kind)}`;
}

/** A table that a reader opens: it holds values, and answers no question. */
function folded(table: Table): string {
  return `<details id="${escapeHtml(table.id)}"><summary>Table: ${escapeHtml(table.title)}</summary><p class="caption">${escapeHtml(table.caption)}</p>${tableOf(table)}</details>`;
}

function facts(list: readonly Fact[]): string {
  return `<dl>${list
    .map(({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('')}</dl>`;
}

function figureOf({ id, chart, caption, table }: Figure, picture: PageChart | undefined): string {
  const drawn =
    picture === undefined
      ? ''
      : `<div class="chart" role="img" aria-label="${escapeHtml(chart.alternative)}"><div class="wide">${picture.wide}</div><div class="narrow">${picture.narrow}</div></div>`;
  return `<h3 id="${escapeHtml(id)}">${escapeHtml(chart.title)}</h3><figure>${drawn}<figcaption class="caption">${escapeHtml(caption)}</figcaption></figure><details><summary>The figure's values as a table</summary>${tableOf(table)}</details>`;
}

function blockOf(block: Block, charts: Readonly<Record<string, PageChart>>): string {
  switch (block.kind) {
    case 'heading': {
      const tag = `h${block.level + 1}`;
      return `<${tag} id="${escapeHtml(block.id)}">${escapeHtml(block.text)}</${tag}>`;
    }
    case 'text':
      return `<p${block.role === 'plain' ? '' : ` class="${block.role}"`}>${escapeHtml(block.text)}</p>`;
    case 'facts':
      return facts(block.facts);
    case 'list':
      return `<ul>${block.items.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
    case 'table':
      if (block.rank === 'detail') return folded(block.table);
      return section(block.table, block.rank === 'main' ? 'main' : '');
    case 'figure':
      return figureOf(block.figure, charts[block.figure.id]);
    case 'verbatim':
      return `<p class="caption">${escapeHtml(block.label)}:</p><pre>${escapeHtml(block.text)}</pre>`;
  }
}

/** The first screen: what was asked, the answer, what it does not say, and the figure beside it. */
function leadOf(model: ReportModel, charts: Readonly<Record<string, PageChart>>): string {
  const { question, answer, caveat } = model.answer;
  const figure = mainFigureOf(model);
  const picture = figure === undefined ? undefined : charts[figure.id];
  const said = [
    `<p class="question">${escapeHtml(question)}</p>`,
    `<p class="answer">${escapeHtml(answer)}</p>`,
    ...(caveat === '' ? [] : [`<p class="caveat">${escapeHtml(caveat)}</p>`]),
    ...model.abstract.map((text) => `<p class="caption">${escapeHtml(text)}</p>`),
  ].join('');
  if (figure === undefined || picture === undefined)
    return `<section class="lead">${said}</section>`;
  const { id, chart, caption, table } = figure;
  const drawn = `<figure id="${escapeHtml(id)}"><div class="chart" role="img" aria-label="${escapeHtml(chart.alternative)}"><div class="beside">${picture.narrow}</div></div><figcaption class="caption"><strong>${escapeHtml(chart.title)}.</strong> ${escapeHtml(caption)}</figcaption></figure>`;
  const values = `<details><summary>The figure's values as a table</summary>${tableOf(table)}</details>`;
  return `<section class="lead beside"><div>${said}</div><div>${drawn}</div>${values}</section>`;
}

/** The report. `charts` holds the pictures of its figures by id. */
export function renderHtml(
  model: ReportModel,
  charts: Readonly<Record<string, PageChart>>,
): string {
  const body = [
    `<h1>${escapeHtml(model.title)}</h1>`,
    leadOf(model, charts),
    `<p><span class="status ${model.status === 'success' ? 'success' : ''}">${escapeHtml(model.status)}</span>${model.reason === null ? '' : ` ${escapeHtml(model.reason)}`}</p>`,
    ...model.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
    ...outlineOf(model).map((block) => blockOf(block, charts)),
  ];
  return htmlPage(model.title, body);
}

/** A page of these parts that loads nothing and runs nothing. */
export function htmlPage(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
${body.filter((part) => part !== '').join('\n')}
</main></body>
</html>
`;
}
