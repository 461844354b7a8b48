/**
 * The report as Markdown, for forges and wikis.
 */
import type { Fact, Figure, ReportModel, Section, Table } from '../model/types.ts';

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
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function tableOf(table: Table): string {
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
  return [
    `## ${escapeMarkdown(figure.chart.title)}`,
    `![${escapeMarkdown(figure.chart.alternative)}](${images[figure.id] ?? ''})`,
    escapeMarkdown(figure.caption),
    tableOf(figure.table),
  ];
}

/** The section of a benchmark after the first. */
function furtherOf(part: Section, images: Readonly<Record<string, string>>): string[] {
  return [
    `# ${escapeMarkdown(part.title)}`,
    escapeMarkdown(part.question),
    ...(part.overview === null ? [] : section(part.overview)),
    ...part.figures.flatMap((figure) => figureOf(figure, images)),
    ...[...part.highlights, ...part.tables].flatMap((table) => section(table)),
  ];
}

/** The report. `images` gives the file of each chart by its id. */
export function renderMarkdown(
  model: ReportModel,
  images: Readonly<Record<string, string>>,
): string {
  const blocks = [
    `# ${escapeMarkdown(model.title)}`,
    escapeMarkdown(model.question),
    `**Status: ${escapeMarkdown(model.status)}**${model.reason === null ? '' : `. ${escapeMarkdown(model.reason)}`}`,
    ...model.notes.map((note) => `> ${escapeMarkdown(note)}`),
    list(model.facts),
    ...(model.overview === null ? [] : section(model.overview)),
    ...model.figures.flatMap((figure) => figureOf(figure, images)),
    ...[...model.highlights, ...model.tables].flatMap((table) => section(table)),
    ...model.further.flatMap((part) => furtherOf(part, images)),
    ...section(model.digests),
    ...section(model.refusals.table),
    ...(model.refusals.lines.length === 0
      ? []
      : [
          "Xen's console:",
          fenced(model.refusals.lines.map(({ label, text }) => `${label}: ${text}`).join('\n')),
        ]),
    ...(model.skipped.length === 0 ? [] : ['## Skipped', list(model.skipped)]),
    ...(model.warnings.length === 0
      ? []
      : ['## Warnings', model.warnings.map((text) => `- ${escapeMarkdown(text)}`).join('\n')]),
    '## How to repeat it',
    fenced(model.repeat.command),
    list(model.repeat.facts),
    'Images, by SHA-256:',
    list(model.repeat.images),
  ];
  return `${blocks.join('\n\n')}\n`;
}
