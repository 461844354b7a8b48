/**
 * The report for authors: its tables by booktabs and its charts by pgfplots, with their data beside
 * them. report.tex compiles by itself, and its environments can be copied into a paper.
 */
import { mainFigureOf } from '../model/answer/compose.ts';
import type { Figure, ReportModel, Table } from '../model/types.ts';
import { type Block, outlineOf } from '../render/outline.ts';
import { escapeLatex, fileName } from './escape.ts';
import { plotOf } from './plots.ts';

/** Cells longer than this are set as paragraphs. */
const LONG = 40;

function columnOf(table: Table, column: number): string {
  const long = table.rows.some((row) => (row[column] ?? '').length > LONG);
  if (long) return 'p{0.4\\linewidth}';
  return table.columns[column]?.align === 'right' ? 'r' : 'l';
}

/** A table in an environment of its own. */
export function latexTable(table: Table): string {
  const line = (cells: readonly string[]) => `${cells.map(escapeLatex).join(' & ')} \\\\`;
  return [
    '\\begin{table}[htbp]',
    `\\caption{${escapeLatex(`${table.title}. ${table.caption}`)}}`,
    `\\label{tab:${fileName(table.id)}}`,
    '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{${table.columns.map((_, column) => columnOf(table, column)).join('')}}`,
    '\\toprule',
    line(table.columns.map(({ label }) => label)),
    '\\midrule',
    ...table.rows.map(line),
    '\\bottomrule',
    '\\end{tabular}}',
    '\\end{table}',
  ].join('\n');
}

function latexFigure({ id, chart, caption }: Figure, source: string): string {
  return [
    '\\begin{figure}[htbp]',
    '\\centering',
    source,
    `\\caption{${escapeLatex(`${chart.title}. ${caption}`)}}`,
    `\\label{fig:${fileName(id)}}`,
    '\\end{figure}',
  ].join('\n');
}

/** Only what authors take over: headings, text, tables and figures. */
function blockOf(block: Block, files: Record<string, string>): string[] {
  switch (block.kind) {
    case 'heading':
      return [`\\section{${escapeLatex(block.text)}}`];
    case 'text':
      return [escapeLatex(block.text)];
    case 'facts':
      return [
        '\\begin{description}',
        ...block.facts.map(
          ({ label, value }) => `\\item[{${escapeLatex(label)}}] ${escapeLatex(value)}`,
        ),
        '\\end{description}',
      ];
    case 'list':
      return [
        '\\begin{itemize}',
        ...block.items.map((text) => `\\item {}${escapeLatex(text)}`),
        '\\end{itemize}',
      ];
    case 'table':
      return [latexTable(block.table)];
    case 'figure': {
      const plot = plotOf(block.figure.chart);
      Object.assign(files, plot.files);
      return [latexFigure(block.figure, plot.source), latexTable(block.figure.table)];
    }
    case 'verbatim':
      return [
        '\\begin{quote}\\ttfamily\\small',
        ...block.text.split('\n').map((text) => `${escapeLatex(text)}\\\\`),
        '\\end{quote}',
      ];
  }
}

const PREAMBLE = [
  '\\documentclass{article}',
  '\\usepackage[a4paper,margin=2cm]{geometry}',
  '\\usepackage[T1]{fontenc}',
  '\\usepackage{textcomp}',
  '\\usepackage{graphicx}',
  '\\usepackage{booktabs}',
  '\\usepackage{pgfplots}',
  '\\usetikzlibrary{patterns}',
  '\\pgfplotsset{compat=1.17,width=0.7\\linewidth,legend pos=outer north east}',
  '\\sloppy',
];

/** The files of the report for LaTeX, by name: report.tex and the data of its plots. */
export function renderLatex(model: ReportModel): Record<string, string> {
  const files: Record<string, string> = {};
  const state = model.reason === null ? model.status : `${model.status}: ${model.reason}`;
  const { question, answer, caveat } = model.answer;
  const main = mainFigureOf(model);
  const lines = [
    ...PREAMBLE,
    `\\title{${escapeLatex(model.title)}}`,
    `\\date{${escapeLatex(model.date.slice(0, 10))}}`,
    '\\begin{document}',
    '\\maketitle',
    '\\begin{abstract}',
    `\\emph{${escapeLatex(question)}} \\textbf{${escapeLatex(answer)}}`,
    [caveat, ...model.abstract].map(escapeLatex).join(' '),
    '\\end{abstract}',
    ...(main === undefined ? [] : blockOf({ kind: 'figure', figure: main }, files)),
    '',
    `Status: ${escapeLatex(state)}.`,
    ...model.notes.flatMap((note) => ['', escapeLatex(note)]),
    ...outlineOf(model).flatMap((block) => ['', ...blockOf(block, files)]),
    '\\end{document}',
  ];
  return { 'report.tex': `${lines.join('\n')}\n`, ...files };
}
