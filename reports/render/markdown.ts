/**
 * The report as Markdown, for forges and wikis.
 */
import { mainFigureOf } from '../model/answer/compose.ts';
import type { Fact, Figure, ReportModel, Table } from '../model/types.ts';
import { type Block, outlineOf } from './outline.ts';

/** Text that Markdown and the HTML in it leave alone. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~]/g, (sign) => `\\${sign}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\s*\n\s*/g, ' ');
}

/** A block of text that is shown as it is, with a fence longer than any in it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** A table in Markdown. */
export function tableOf(table: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(table.columns.map(({ label }) => escapeMarkdown(label))),
    line(table.columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...table.rows.map((row) => line(row.map(escapeMarkdown))),
  ].join('\n');
}

/** A table under its title. */
export function section(table: Table, level = '##'): string[] {
  return [`${level} ${escapeMarkdown(table.title)}`, escapeMarkdown(table.caption), tableOf(table)];
}

function list(facts: readonly Fact[]): string {
  return facts
    .map(({ label, value }) => `- **${escapeMarkdown(label)}**: ${escapeMarkdown(value)}`)
    .join('\n');
}

function figureOf(figure: Figure, images: Readonly<Record<string, string>>): string[] {
  const image = images[figure.id];
  return [
    `### ${escapeMarkdown(figure.chart.title)}`,
    ...(image === undefined
      ? []
      : [`![${escapeMarkdown(figure.chart.alternative)}](${encodeURI(image)})`]),
    escapeMarkdown(figure.caption),
    tableOf(figure.table),
  ];
}

function blockOf(block: Block, images: Readonly<Record<string, string>>): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level + 1)} ${escapeMarkdown(block.text)}`];
    case 'text':
      return [`${block.role === 'note' ? '> ' : ''}${escapeMarkdown(block.text)}`];
    case 'facts':
      return [list(block.facts)];
    case 'list':
      return [block.items.map((text) => `- ${escapeMarkdown(text)}`).join('\n')];
    case 'table':
      return section(block.table, '###');
    case 'figure':
      return figureOf(block.figure, images);
    case 'verbatim':
      return [`${escapeMarkdown(block.label)}:`, fenced(block.text)];
  }
}

/** What was asked, the answer, what it does not say, and the figure that shows it. */
function leadOf(model: ReportModel, images: Readonly<Record<string, string>>): string[] {
  const { question, answer, caveat } = model.answer;
  const figure = mainFigureOf(model);
  return [
    escapeMarkdown(question),
    `**${escapeMarkdown(answer)}**`,
    ...(caveat === '' ? [] : [`> ${escapeMarkdown(caveat)}`]),
    ...(figure === undefined ? [] : figureOf(figure, images)),
    ...model.abstract.map(escapeMarkdown),
  ];
}

/** The report. `images` gives the file of each chart by its id; a figure without one has its table alone. */
export function renderMarkdown(
  model: ReportModel,
  images: Readonly<Record<string, string>>,
): string {
  const blocks = [
    `# ${escapeMarkdown(model.title)}`,
    ...leadOf(model, images),
    `**Status: ${escapeMarkdown(model.status)}**${model.reason === null ? '' : `. ${escapeMarkdown(model.reason)}`}`,
    ...model.notes.map((note) => `> ${escapeMarkdown(note)}`),
    ...outlineOf(model).flatMap((block) => blockOf(block, images)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
