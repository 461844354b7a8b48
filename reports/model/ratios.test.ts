import { describe, expect, it } from 'vitest';
import { type ComparedRow, compareSets } from '../../harness/compare/compare.ts';
import { madeUpMeasured } from '../../harness/compare/testing/measured.ts';
import { armLabel } from './format.ts';
import { MOST_ROWS, ratioFigures, ratioText } from './ratios.ts';
import type { RatioPanel } from './types.ts';

const { rows } = compareSets(
  [madeUpMeasured({ id: 'before', pages: 10 })],
  [madeUpMeasured({ id: 'after', seed: 3, centre: 1100, pages: 10 })],
  { ignore: [], margin: 0.25 },
);
const [row] = rows as [ComparedRow];

const panelOf = (list: readonly ComparedRow[], figure = 0) =>
  ratioFigures(list)[figure]?.chart.panels[0] as RatioPanel;

describe('ratioFigures', () => {
  it('draws the ratio, its interval and the margin of the verdict', () => {
    const [drawn] = panelOf(rows).rows;
    expect(drawn).toMatchObject({ ratio: row.ratio, interval: row.interval95, shade: 'minios' });
    expect(drawn?.equivalence).toEqual([0.8, 1.25]);
    expect(panelOf(rows).axis.scale).toBe('linear');
    const [figure] = ratioFigures(rows);
    expect(figure?.table.rows[0]).toEqual([
      row.state,
      armLabel(row.arm),
      ratioText(row.ratio ?? 0),
      expect.stringMatching(/^1\.\d{4}–1\.\d{4}$/),
      '0.8000–1.2500',
      row.verdict,
    ]);
    expect(figure?.chart.alternative).toContain(drawn?.note ?? 'no note');
  });

  it('leaves out what has no ratio, and draws nothing of nothing', () => {
    expect(ratioFigures([{ ...row, ratio: null }])).toEqual([]);
    expect(panelOf([row, { ...row, ratio: null }]).rows).toHaveLength(1);
  });

  it('has a logarithmic axis for ratios far apart', () => {
    const far: ComparedRow = { ...row, ratio: 40, interval95: [30, 50] };
    expect(panelOf([row, far]).axis).toMatchObject({
      scale: 'logarithmic',
      label: expect.stringContaining('(log)'),
    });
  });

  it('has a figure a benchmark, and no more rows in one than a page has room for', () => {
    const many = Array.from({ length: MOST_ROWS + 1 }, (_, n) => ({ ...row, state: `s${n}` }));
    const figures = ratioFigures([...many, { ...row, benchmark: 'boot' }]);
    expect(figures.map(({ chart }) => chart.title)).toEqual([
      `B against A: ${row.benchmark} (1 of 2)`,
      `B against A: ${row.benchmark} (2 of 2)`,
      'B against A: boot',
    ]);
    const drawn = figures.flatMap((_, index) => panelOf([...many], index)?.rows ?? []);
    expect(new Set(drawn.map(({ label }) => label)).size).toBe(MOST_ROWS + 1);
    expect(new Set(figures.map(({ id }) => id)).size).toBe(3);
  });
});

describe('ratioText', () => {
  it.each([
    [1.00012, '1.0001'],
    [0.5, '0.5000'],
    [5.974, '5.97'],
    [343.2, '343'],
  ])('of %d is %s', (ratio, text) => expect(ratioText(ratio)).toBe(text));
});
