import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../bench/claims.ts';
import { evaluateClaims } from '../../harness/claims/evaluate.ts';
import { compareSets } from '../../harness/compare/compare.ts';
import { madeUpMeasured } from '../../harness/compare/testing/measured.ts';
import { renderBriefHtml, renderBriefMarkdown, renderBriefTerminal } from '../render/brief.ts';
import { PLAIN } from '../render/terminal.ts';
import { fixed } from './brief.ts';
import { claimsTable } from './claims.ts';
import { comparisonBrief } from './comparison.ts';
import { formatChange } from './format.ts';

describe('formatChange', () => {
  it.each([
    [1.0312, '+3.12 %'],
    [0.97, '−3.00 %'],
    [5.97, '+497.0 %'],
    [1, '0.00 %'],
    [0.99999999, '0.00 %'],
  ])('of %d is %s', (ratio, text) => expect(formatChange(ratio)).toBe(text));
});

describe('fixed', () => {
  it.each([
    [-0.001, '0.00'],
    [-0.01, '-0.01'],
    [0.5, '0.50'],
  ])('of %d is %s', (value, text) => expect(fixed(value, 2)).toBe(text));
});

describe('a comparison', () => {
  const odd = { arms: ['<b>|arm'], pages: 10 };
  const brief = comparisonBrief(
    compareSets(
      [madeUpMeasured({ id: 'before', ...odd })],
      [madeUpMeasured({ id: 'after', seed: 3, centre: 1100, ...odd })],
      { ignore: [], margin: 0.01 },
    ),
  );

  it('has its verdict before the medians, where a narrow screen still shows it', () => {
    const labels = brief.tables[0]?.columns.map(({ label }) => label) ?? [];
    expect(labels.slice(0, 6)).toEqual(['benchmark', 'state', 'arm', 'change', '95 %', 'verdict']);
    expect(brief.tables[0]?.rows[0]?.[5]).toMatch(/^slower/);
  });

  it('says in every form what became slower, by how much and how sure', () => {
    for (const render of [
      (b: typeof brief) => renderBriefTerminal(b, PLAIN),
      renderBriefMarkdown,
      renderBriefHtml,
    ]) {
      const text = render(brief);
      expect(text).toContain('B against A: 1 slower');
      expect(text).toMatch(/\+\d+\.\d+ % to \+\d+\.\d+ %/);
    }
  });

  it('lets no name of an arm through as markup', () => {
    expect(renderBriefMarkdown(brief)).toContain('&lt;b&gt;\\|arm');
    expect(renderBriefHtml(brief)).toContain('&lt;b&gt;|arm');
    expect(renderBriefHtml(brief)).not.toContain('<b>');
  });
});

describe('claimsTable', () => {
  it('has a row for each claim, with its bound, data or not', () => {
    const testbed = { clock: 'counted', emulated: true } as const;
    const { rows } = claimsTable(evaluateClaims(CLAIMS, { testbed, measures: [], ratios: [] }));
    expect(rows).toHaveLength(CLAIMS.length);
    expect(rows[0]).toEqual([
      CLAIMS[0]?.sentence,
      'inconclusive: this result has no page-walk minios cold total (measured by tinyvmi-bench run --bench page-walk)',
      'bound ≤ 0.5',
      'tinyvmi-bench',
    ]);
    expect(rows.find(([sentence]) => sentence?.includes('1/500'))?.[2]).toBe('bound ≤ 1/500');
    expect(rows.find(([sentence]) => sentence?.includes('at most 2 %'))?.[2]).toBe(
      'bound 0.98 to 1.02',
    );
  });
});
