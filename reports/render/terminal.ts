/**
 * The report on a terminal: at a glance, which ends with the answer on one line; and whole, its tables and
 * what they rest on.
 */
import { cut } from '../model/answer/line.ts';
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

/** What must not be lost among figures: a digest or a refusal that is not as it has to be, and warnings. */
function alarms({ digests, refusals, warnings }: ReportModel, paint: Paint): string[] {
  const wrong = digests !== null && !digests.agrees ? [digests.verdict] : [];
  const granted = (refusals?.table.rows ?? [])
    .filter(([, , outcome]) => outcome !== 'refused')
    .map(([what, , outcome]) => `${outcome}: ${what}`);
  return [...wrong, ...granted, ...warnings].map((text) => `${paint.bad('!')} ${text}`);
}

/** Skipped things that are named; the report has them all, with the reasons. */
const MOST_SKIPPED = 3;

function skippedLines(skipped: ReportModel['skipped'], width: number): string[] {
  const named = skipped.length > MOST_SKIPPED + 1 ? skipped.slice(0, MOST_SKIPPED) : skipped;
  const left = skipped.length - named.length;
  return [
    ...named.map(({ label }) => cut(`– skipped: ${label}`, width)),
    ...(left === 0 ? [] : [`– skipped: ${left} more; the report says what, and why`]),
  ];
}

/** What was checked, and what was left out, on a line each. */
function checked({ digests, refusals, skipped }: ReportModel, paint: Paint, width: number) {
  const rows = refusals?.table.rows ?? [];
  const refused = rows.filter(([, , outcome]) => outcome === 'refused').length;
  const good = [
    ...(digests?.agrees && digests.table.rows.length > 0 ? [digests.verdict] : []),
    ...(refused === 0 ? [] : [`${refused} requests beyond that were refused, as they have to be.`]),
  ];
  return [
    ...(good.length === 0 ? [] : [wrap(`${paint.good('✓')} ${good.join(' ')}`, width)]),
    ...skippedLines(skipped, width).map(paint.dim),
  ];
}

/**
 * The report at a glance, without its last line, the answer.
 * `width` is the terminal's.
 */
export function renderGlance(model: ReportModel, paint: Paint, width = 80): string {
  const status = model.status === 'success' ? paint.good(model.status) : paint.bad(model.status);
  const testbed = model.facts.find(({ label }) => label === 'Testbed');
  const parts = [
    paint.dim(wrap(model.answer.question, width)),
    wrap([`${status}${testbed === undefined ? '' : `: ${testbed.value}`}`].join(' '), width),
    ...(model.reason === null ? [] : [wrap(model.reason, width)]),
  ];
  if (model.glance !== null) {
    parts.push('', wrap(model.glance.caption, width), terminalTable(model.glance, paint));
  }
  const lines = [...alarms(model, paint), ...checked(model, paint, width)];
  if (lines.length > 0) parts.push('', ...lines);
  return `${parts.join('\n')}\n`;
}

/** The whole report as text, for who asks for its tables. `width` is the terminal's. */
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
  const notes = [model.answer.caveat, ...model.notes].filter((text) => text !== '');
  if (notes.length > 0) parts.push('', ...notes.map((note) => paint.dim(wrap(note, width))));
  return `${parts.join('\n')}\n`;
}
