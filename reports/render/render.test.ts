import { describe, expect, it } from 'vitest';
import { NASTY, nastyReport, NASTY_TABLE as table } from '../testing/nasty.ts';
import { escapeHtml, renderHtml } from './html.ts';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';
import { COLOURED, PLAIN, renderTerminal, terminalTable } from './terminal.ts';

const model = nastyReport();
const picture = { wide: '<svg id="w"/>', narrow: '<svg id="n"/>' };
const charts = { bars: picture, stacked: picture };

describe('renderHtml', () => {
  it('escapes everything', () => {
    const html = renderHtml(model, charts);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('"x"');
    expect(html.split(escapeHtml(NASTY)).length).toBeGreaterThan(15);
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    const html = renderHtml(model, charts).replaceAll(escapeHtml(NASTY), '');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|https?:|<link|@import|url\(/i);
    expect(html).not.toMatch(/\s(src|srcset|href)=/);
  });

  it('has pictures for wide and narrow, light and dark surroundings', () => {
    const html = renderHtml(model, charts);
    expect(html).toContain(
      `role="img" aria-label="${escapeHtml(NASTY)}"><div class="wide"><svg id="w"/></div><div class="narrow"><svg id="n"/></div>`,
    );
    // The first figure stands beside the answer, where there is room for one picture only.
    const [lead = ''] = html.match(/<section class="lead beside">.*?<\/section>/s) ?? [];
    expect(lead).toContain('<div class="chart"');
    expect(lead.indexOf('class="answer"')).toBeLessThan(lead.indexOf('<svg id="n"/>'));
    expect(html.match(/--chart-0:/g)).toHaveLength(3);
    expect(html).toContain('width=device-width');
    expect(html).toContain('@media print');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('renderMarkdown', () => {
  it('escapes everything but what stands in a fence', () => {
    const markdown = renderMarkdown(model, { bars: 'chart-f.png' });
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
