import { describe, expect, it } from 'vitest';
import type { ReportModel, Table } from '../model/types.ts';
import { escapeHtml, renderHtml } from './html.ts';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';
import { COLOURED, PLAIN, renderTerminal, terminalTable } from './terminal.ts';

const NASTY = `<script>alert("x")</script> & 'q' | \`code\` *b* [l](http://e.vil)`;

const table: Table = {
  id: 't',
  title: `Title ${NASTY}`,
  caption: NASTY,
  columns: [
    { label: 'state', align: 'left' },
    { label: NASTY, align: 'right' },
  ],
  rows: [['cold', NASTY]],
};

const model: ReportModel = {
  title: NASTY,
  question: NASTY,
  status: NASTY,
  reason: NASTY,
  notes: [NASTY],
  facts: [{ label: 'Testbed', value: NASTY }],
  overview: table,
  highlights: [],
  figures: [
    {
      id: 'f',
      caption: NASTY,
      chart: { id: 'f', title: NASTY, panels: [], legend: [], alternative: NASTY },
      table,
    },
  ],
  tables: [table],
  further: [
    {
      title: NASTY,
      question: NASTY,
      overview: table,
      highlights: [],
      figures: [],
      tables: [table],
    },
  ],
  refusals: { table, lines: [{ label: 'x', text: `${NASTY}\n\`\`\`` }] },
  digests: table,
  skipped: [{ label: NASTY, value: NASTY }],
  warnings: [NASTY],
  repeat: { command: NASTY, facts: [], images: [{ label: 'xen', value: 'abc' }] },
};

const png = new Uint8Array([1, 2, 3]);
const chart = {
  wide: { light: png, dark: png },
  narrow: { light: png, dark: png },
  width: 9,
  height: 4,
};

describe('renderHtml', () => {
  it('escapes everything', () => {
    const html = renderHtml(model, { f: chart });
    expect(html).not.toContain('<script');
    expect(html).not.toContain('"x"');
    expect(html.split(escapeHtml(NASTY)).length).toBeGreaterThan(15);
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    const html = renderHtml(model, { f: chart }).replaceAll(escapeHtml(NASTY), '');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|https?:|<link|@import|url\(/i);
    expect(html.match(/(src|srcset)="(?!data:image\/png;base64,)/g)).toBeNull();
  });

  it('has pictures for wide and narrow, light and dark surroundings', () => {
    const html = renderHtml(model, { f: chart });
    expect(html.match(/<source /g)).toHaveLength(4);
    expect(html).toContain('alt="');
    expect(html).toContain('width=device-width');
    expect(html).toContain('@media print');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('renderMarkdown', () => {
  it('escapes everything but what stands in a fence', () => {
    const markdown = renderMarkdown(model, { f: 'chart-f.png' });
    const outside = markdown.replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toContain('<script');
    expect(outside).not.toMatch(/(?<!\\)\]\(http/);
    expect(outside).toContain('](chart-f.png)');
    for (const line of outside.split('\n').filter((text) => text.startsWith('| cold'))) {
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(3);
    }
  });

  it('fences a text that has fences of its own', () => {
    expect(renderMarkdown(model, {})).toContain('\n````\n');
  });

  it('keeps a line break from ending a cell', () => {
    expect(escapeMarkdown('a\n| b')).toBe('a \\| b');
  });
});

describe('renderTerminal', () => {
  it('aligns columns', () => {
    const text = terminalTable(
      {
        ...table,
        columns: [
          { label: 'state', align: 'left' },
          { label: 'n', align: 'right' },
        ],
        rows: [
          ['cold', '1'],
          ['tables', '1,000'],
        ],
      },
      PLAIN,
    );
    expect(text.split('\n')).toEqual([
      '  state       n',
      '  ──────  ─────',
      '  cold        1',
      '  tables  1,000',
    ]);
  });

  it('uses no attributes unless it may', () => {
    expect(renderTerminal(model, PLAIN)).not.toContain('\x1b');
    expect(renderTerminal(model, COLOURED)).toContain('\x1b[1m');
  });

  it('marks a request that was granted', () => {
    const row = ['target-writable: …', 'introspector', 'granted', 'none'];
    const text = renderTerminal(
      { ...model, refusals: { table: { ...table, rows: [row] }, lines: [] } },
      PLAIN,
    );
    expect(text).toContain('✗ granted: target-writable');
  });
});
