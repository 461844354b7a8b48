/**
 * Short reports on a terminal, as Markdown and as HTML.
 */
import type { Brief, Sentence } from '../model/brief.ts';
import { escapeHtml, htmlPage, section as htmlSection } from './html.ts';
import { escapeMarkdown, section } from './markdown.ts';
import { type Paint, terminalTable, wrap } from './terminal.ts';

function painted({ tone, text }: Sentence, paint: Paint, width: number): string {
  if (tone === 'plain') return wrap(text, width);
  const [paintIt, sign] = tone === 'good' ? [paint.good, '✓'] : [paint.bad, '✗'];
  return `${paintIt(sign)} ${wrap(text, width - 2)}`;
}

function filled({ tables }: Brief) {
  return tables.filter(({ rows }) => rows.length > 0);
}

/** As text. `width` is the terminal's; tables take what they need. */
export function renderBriefTerminal(brief: Brief, paint: Paint, width = 80): string {
  const parts = [
    paint.bold(brief.title),
    ...brief.sentences.map((sentence) => painted(sentence, paint, width)),
    ...filled(brief).flatMap((table) => [
      '',
      wrap(table.caption, width),
      terminalTable(table, paint),
    ]),
    ...(brief.notes.length === 0 ? [] : ['']),
    ...brief.notes.map((note) => paint.dim(wrap(note, width))),
    ...(brief.line === undefined ? [] : ['', paint.bold(brief.line)]),
  ];
  return `${parts.join('\n')}\n`;
}

/** As Markdown, for a comment on a forge. */
export function renderBriefMarkdown(brief: Brief): string {
  const signs = { good: '✅ ', bad: '❌ ', plain: '' };
  const blocks = [
    `# ${escapeMarkdown(brief.title)}`,
    ...brief.sentences.map(({ tone, text }) => `${signs[tone]}${escapeMarkdown(text)}`),
    ...filled(brief).flatMap((table) => section(table)),
    ...brief.notes.map((note) => `> ${escapeMarkdown(note)}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** As one HTML file that needs nothing else. */
export function renderBriefHtml(brief: Brief): string {
  return htmlPage(brief.title, [
    `<h1>${escapeHtml(brief.title)}</h1>`,
    ...brief.sentences.map(({ text }) => `<p>${escapeHtml(text)}</p>`),
    ...filled(brief).map((table) => htmlSection(table)),
    ...brief.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
  ]);
}
