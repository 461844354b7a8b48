/**
 * The report on a terminal: the main table and what it rests on.
 */
import { GRANTED_BY_PRIVILEGE } from '../model/evidence.ts';
import type { ReportModel, Table } from '../model/types.ts';

/** Text attributes, or none of them. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const same = (text: string): string => text;

/** No attributes at all. */
export const PLAIN: Paint = { bold: same, dim: same, good: same, bad: same };

const sgr = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;

/** ANSI attributes. */
export const COLOURED: Paint = { bold: sgr(1), dim: sgr(2), good: sgr(32), bad: sgr(31) };

/** A table in columns, its header underlined. */
export function terminalTable(table: Table, paint: Paint): string {
  const lines = [table.columns.map(({ label }) => label), ...table.rows];
  const widths = table.columns.map((_, index) =>
    Math.max(...lines.map((line) => (line[index] ?? '').length)),
  );
  const format = (line: readonly string[]) =>
    line
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return table.columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [paint.bold(format(lines[0] ?? [])), paint.dim(rule), ...table.rows.map(format)]
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Text in lines of at most `width`, broken between words. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

/** The report as text. `width` is the terminal's. */
export function renderTerminal(model: ReportModel, paint: Paint, width = 80): string {
  const status = model.status === 'success' ? paint.good(model.status) : paint.bad(model.status);
  const parts = [`${paint.bold(model.title)}: ${status}`];
  if (model.reason !== null) parts.push(wrap(model.reason, width));
  const testbed = model.facts.find(({ label }) => label === 'Testbed');
  if (testbed !== undefined) parts.push(wrap(testbed.value, width));
  for (const { overview, highlights } of [model, ...model.further]) {
    for (const table of overview === null ? [] : [overview, ...highlights]) {
      parts.push('', wrap(table.caption, width), terminalTable(table, paint));
    }
  }
  const { digests } = model;
  if (digests !== null && digests.table.rows.length > 0) {
    const mark = digests.agrees ? paint.good('✓') : paint.bad('✗');
    parts.push('', `${mark} ${digests.verdict}`);
  }
  for (const row of model.refusals?.table.rows ?? []) {
    const refused = row[2] === 'refused';
    const mark = row[2] === GRANTED_BY_PRIVILEGE ? '!' : '✗';
    parts.push(`${refused ? paint.good('✓') : paint.bad(mark)} ${row[2]}: ${row[0]}`);
  }
  for (const { label, value } of model.skipped) {
    parts.push(paint.dim(wrap(`– skipped: ${label}: ${value}`, width)));
  }
  for (const warning of model.warnings) parts.push(`${paint.bad('!')} ${warning}`);
  if (model.notes.length > 0) {
    parts.push('', ...model.notes.map((note) => paint.dim(wrap(note, width))));
  }
  return `${parts.join('\n')}\n`;
}
