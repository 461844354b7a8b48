import { describe, expect, it } from 'vitest';
import { BARS, LINES, RATIOS, STACKED } from '../testing/charts.ts';
import { NASTY, NASTY_TABLE, nastyReport } from '../testing/nasty.ts';
import { escapeLatex, fileName } from './escape.ts';
import { latexTable, renderLatex } from './latex.ts';
import { plotOf } from './plots.ts';

/** Signs with a meaning that stand unescaped, outside of LaTeX's own commands that are written here. */
function bare(text: string): string[] {
  const known =
    /\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textquotedbl|textquotesingle|textasciigrave)\{\}|\\[{}$&#_%]|\{\[\}|\{\]\}/g;
  return text.replace(known, '').match(/[\\{}$&#_%~^<>|"'`[\]]/g) ?? [];
}

describe('escapeLatex', () => {
  it('leaves no sign that means something', () => {
    expect(bare(escapeLatex(NASTY))).toEqual([]);
    expect(escapeLatex('100 %\\n_{x}')).toBe('100 \\%\\textbackslash{}n\\_\\{x\\}');
  });

  it('keeps text on one line, and writes signs that fonts lack as mathematics', () => {
    expect(escapeLatex('a\n\nb')).toBe('a b');
    expect(escapeLatex('5 × ≤ 6')).toBe('5 $\\times$ $\\leq$ 6');
  });
});

describe('fileName', () => {
  it('is one that TeX and every system take', () => {
    expect(fileName('../a b/<c>_ü')).toBe('-a-b-c-');
  });
});

describe('latexTable', () => {
  it('has the columns of the table and the rules of booktabs', () => {
    const lines = latexTable({
      ...NASTY_TABLE,
      columns: [
        { label: 'state', align: 'left' },
        { label: 'p50', align: 'right' },
      ],
      rows: [['cold', '9,281']],
    }).split('\n');
    expect(lines).toContain('\\begin{tabular}{lr}');
    expect(lines).toEqual(expect.arrayContaining(['\\toprule', '\\midrule', '\\bottomrule']));
    expect(lines).toContain('cold & 9,281 \\\\');
  });
});

describe('plotOf', () => {
  it('gives bars with their intervals, those of others hatched', () => {
    const { source, files } = plotOf(BARS);
    expect(files['bars-0-dom0.dat']).toBe('place value minus plus\n0 12007 107 83\n');
    expect(source).toContain('xticklabels={{Dom0},{Mini-OS}}');
    expect(source).toContain('pattern=north east lines');
    expect(source).toContain('ylabel={instructions a page}');
  });

  it('gives stacked parts, one column each', () => {
    const { source, files } = plotOf(STACKED);
    expect(Object.keys(files)).toEqual(['stacked-0.dat']);
    expect(files['stacked-0.dat']?.split('\n')[1]).toBe('0 900 700 600 500 400 300 200 100');
    expect(source.match(/\\addplot/g)).toHaveLength(8);
  });

  it('gives steps, marks and their intervals', () => {
    const { source, files } = plotOf(LINES);
    expect(source).toContain('const plot');
    expect(source).toContain('xmode=log');
    expect(files['lines-1-0.dat']?.split('\n').slice(1, 3)).toEqual([
      '1 2924 24 26',
      '2 2930 50 60',
    ]);
  });

  it('gives ratios in their rows, with the band of no change behind each', () => {
    const { source, files } = plotOf(RATIOS);
    expect(files['ratios-0-0.dat']?.split('\n')[1]).toMatch(
      /^1\.004 0 0\.00(2|199)\d* 0\.00(2|200)\d*$/,
    );
    expect(files['ratios-0-2.dat']?.split('\n')[1]).toBe('1 2 0 0');
    expect(source.match(/\\fill\[black!12\]/g)).toHaveLength(4);
    expect(source).toContain('(axis cs:0.99,-0.5) rectangle (axis cs:1.01,0.5)');
    expect(source).toContain('yticklabels={{cold, Dom0},{cold, Mini-OS},{cold, another}}');
    expect(source.match(/xmode=log/g)).toHaveLength(1);
    expect(source).toMatch(/xmin=0\.95\d*,xmax=1\.01\d*/);
  });
});

describe('renderLatex', () => {
  it('has a file for every table that a plot reads, and balanced environments', () => {
    const files = renderLatex(nastyReport());
    const tex = files['report.tex'] ?? '';
    const read = [...tex.matchAll(/\{([\w-]+\.dat)\};/g)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(5);
    expect(Object.keys(files).sort()).toEqual(['report.tex', ...new Set(read)].sort());
    const count = (pattern: RegExp) => tex.match(pattern)?.length ?? 0;
    expect(count(/\\begin\{/g)).toBe(count(/\\end\{/g));
    expect(tex).not.toMatch(/NaN|undefined/);
  });
});
