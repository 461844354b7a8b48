/**
 * A report as paper.typ reads it: its blocks, the tables with their widths, the details apart.
 */
import { mainFigureOf } from '../model/answer/compose.ts';
import type { ReportModel, Table } from '../model/types.ts';
import { type Block, outlineOf } from '../render/outline.ts';

/** Characters of a table that a column of the paper, and its whole width, have room for. */
const ROOM = { column: 50, page: 128 };
/** Sizes of a table's text in points: as it should be, and as small as it may be. */
const SIZE = { usual: 7.6, least: 5.6 };
/** A column of words longer than this is broken into lines. */
const LONG = 34;
/** A word longer than this may be broken anywhere, or it would run out of its column. */
const LONG_WORD = 24;
/** A column's head of so many characters stands in one line, however short its cells are. */
const SHORT_HEAD = 12;
/** What a paper's body has room for: longer tables and larger figures stand in the appendix. */
const BODY = { rows: 40, panels: 4 };
const ZERO_WIDTH_SPACE = '\u200b';

/** A picture of a figure, by the figure's id. */
export interface Picture {
  file: string;
  /** It needs the whole width. */
  across: boolean;
  /** Width over height: without it, Typst cuts what a page has no room for. */
  ratio: number;
}

/** Text whose long words (hashes, paths) may be broken, and whose numbers stay with their sign. */
function breakable(text: string): string {
  return text
    .replace(/(\d) ([%×])/g, '$1\u00a0$2')
    .replace(/\S+/g, (word) =>
      word.length <= LONG_WORD ? word : [...word].join(ZERO_WIDTH_SPACE),
    );
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

/** A column's head in lines that are no longer than its cells need, words left whole. */
function headOf(label: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of label.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** How wide a table is: characters of its narrow columns, and what its columns of long text have. */
function layoutOf(table: Table) {
  const cells = table.columns.map((_, column) =>
    longest(table.rows.map((row) => row[column] ?? '')),
  );
  const heads = table.columns.map(({ label }, column) =>
    headOf(label, Math.max(cells[column] ?? 0, SHORT_HEAD)),
  );
  const lengths = heads.map((lines, column) => Math.max(longest(lines), cells[column] ?? 0));
  const wide = lengths.map((length) => length > LONG);
  const needed = lengths.reduce(
    (sum, length, column) => sum + (wide[column] ? LONG : length) + 2,
    0,
  );
  const across = wide.some((is) => is) || needed > ROOM.column;
  const room = across ? ROOM.page : ROOM.column;
  const size = Math.max(SIZE.least, SIZE.usual * Math.min(1, room / needed));
  return { heads, lengths, wide, across, size: Number(size.toFixed(2)) };
}

function tableData(table: Table) {
  const { heads, lengths, wide, across, size } = layoutOf(table);
  return {
    title: table.title,
    caption: breakable(table.caption),
    across,
    size,
    columns: table.columns.map(({ align }, column) => ({
      head: heads[column],
      align,
      wide: wide[column] ?? false,
      share: Math.min(lengths[column] ?? 1, 90),
    })),
    rows: table.rows.map((row) => row.map(breakable)),
  };
}

function blockData(block: Block, pictures: Readonly<Record<string, Picture>>): object[] {
  switch (block.kind) {
    case 'facts':
      return [
        {
          ...block,
          facts: block.facts.map(({ label, value }) => ({
            label: breakable(label),
            value: breakable(value),
          })),
        },
      ];
    case 'text':
      return [{ ...block, text: breakable(block.text) }];
    case 'list':
      return [{ ...block, items: block.items.map(breakable) }];
    case 'verbatim':
      return [{ ...block, text: breakable(block.text) }];
    case 'table':
      return [{ kind: 'table', table: tableData(block.table) }];
    case 'figure': {
      const picture = pictures[block.figure.id];
      if (picture === undefined) return [];
      const { chart, caption } = block.figure;
      return [{ kind: 'figure', ...picture, title: chart.title, caption: breakable(caption) }];
    }
    case 'heading':
      return [{ ...block, numbered: !UNNUMBERED.includes(block.id) }];
  }
}

/** Whether a table or a figure stands among the details, after the text. */
function isDetail(block: Block): boolean {
  if (block.kind === 'figure') return block.figure.chart.panels.length > BODY.panels;
  if (block.kind !== 'table') return false;
  return block.rank === 'detail' || block.table.rows.length > BODY.rows;
}

/** A heading with nothing under it is left out: its tables are among the details. */
function withoutOrphans(blocks: readonly object[]): object[] {
  const isHeading = (block: object | undefined) =>
    block !== undefined && (block as { kind: string }).kind === 'heading';
  return blocks.filter(
    (block, index) =>
      !isHeading(block) || !(index + 1 >= blocks.length || isHeading(blocks[index + 1])),
  );
}

/** Blocks with names that no two of them share, whatever the tables and figures are called. */
function withIds(blocks: readonly object[], part: string): object[] {
  return blocks.map((block, index) => ({ ...block, id: `${part}-${index}` }));
}

/** Characters of the results' names that a page's foot has room for. */
const MOST_NAMES = 90;

/** Sections without a number, by their names. */
const UNNUMBERED = ['references'];
/** From the first of these sections on, everything stands in the appendix. */
const APPENDIX = ['evidence', 'artifact'];

/** The abstract with its figure: what was asked, the answer, what it does not say. */
function leadData(model: ReportModel, pictures: Readonly<Record<string, Picture>>): object {
  const { question, answer, caveat } = model.answer;
  const main = mainFigureOf(model);
  const picture = main === undefined ? undefined : pictures[main.id];
  return {
    question: breakable(question),
    answer: breakable(answer),
    rest: [caveat, ...model.abstract].filter((text) => text !== '').map(breakable),
    figure:
      main === undefined || picture === undefined
        ? null
        : { ...picture, title: main.chart.title, caption: breakable(main.caption) },
  };
}

/** What the template reads. */
export function paperData(model: ReportModel, pictures: Readonly<Record<string, Picture>>): object {
  const outline = outlineOf(model);
  const cut = outline.findIndex((block) => block.kind === 'heading' && APPENDIX.includes(block.id));
  const [main, appendix] = cut < 0 ? [outline, []] : [outline.slice(0, cut), outline.slice(cut)];
  const lead = mainFigureOf(model);
  const details = [
    ...(lead === undefined ? [] : [{ kind: 'figure' as const, figure: lead, values: true }]),
    ...main,
  ].flatMap((block): Block[] => {
    if (block.kind === 'figure') {
      const values: Block = { kind: 'table', table: block.figure.table, rank: 'detail' };
      return isDetail(block) && !('values' in block) ? [block, values] : [values];
    }
    return isDetail(block) ? [block] : [];
  });
  const day = model.date.slice(0, 10);
  const names = model.results.join(', ');
  const state = model.reason === null ? model.status : `${model.status}: ${model.reason}`;
  return {
    title: model.title,
    subtitle: breakable(`${day} · ${state}`),
    lead: leadData(model, pictures),
    footer: breakable(names.length <= MOST_NAMES ? names : `${names.slice(0, MOST_NAMES)} …`),
    notes: model.notes.map(breakable),
    body: withIds(
      withoutOrphans(main.flatMap((block) => (isDetail(block) ? [] : blockData(block, pictures)))),
      'body',
    ),
    appendix: withIds(
      appendix.flatMap((block) => blockData(block, pictures)),
      'appendix',
    ),
    details: withIds(
      details.flatMap((block) => blockData(block, pictures)),
      'detail',
    ),
  };
}
