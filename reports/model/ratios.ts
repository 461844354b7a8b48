/**
 * Figures of a comparison: the ratio of each thing that both sides measured, with its interval and what
 * counts as no change.
 */
import type { ComparedRow } from '../../harness/compare/compare.ts';
import { equivalenceBounds } from '../../harness/compare/verdict.ts';
import { left, right } from './brief.ts';
import { armLabel, formatChange, formatNumber } from './format.ts';
import { scaleOf, shadeOf } from './samples.ts';
import type { Figure, RatioPanel, RatioRow, Table } from './types.ts';

/** Rows of one figure: more do not fit a page. */
export const MOST_ROWS = 24;

/** A ratio with the digits that it takes to see a small change, and no more. */
export function ratioText(ratio: number): string {
  if (ratio >= 100) return formatNumber(ratio);
  return ratio.toFixed(ratio < 2 ? 4 : 2);
}

function between([low, high]: readonly [number, number]): string {
  return `${ratioText(low)}–${ratioText(high)}`;
}

type Drawn = ComparedRow & { ratio: number };

function rowOf({ arm, state, ratio, interval95, margin }: Drawn, arms: string[]): RatioRow {
  return {
    label: `${state}, ${armLabel(arm)}`,
    shade: shadeOf(arm, arms.indexOf(arm)),
    ratio,
    interval: interval95,
    equivalence: equivalenceBounds(margin),
    note: formatChange(ratio),
  };
}

function tableOf(rows: readonly Drawn[], id: string): Table {
  return {
    id: `${id}-table`,
    title: 'Values of the figure: ratios',
    caption:
      'Median of B over median of A with its 95 % interval, and the ratios that count as no change.',
    columns: [
      ...['state', 'arm'].map(left),
      ...['B / A', '95 %', 'no change'].map(right),
      left('verdict'),
    ],
    rows: rows.map(({ state, arm, ratio, interval95, margin, verdict }) => [
      state,
      armLabel(arm),
      ratioText(ratio),
      interval95 === null ? '–' : between(interval95),
      between(equivalenceBounds(margin)),
      verdict,
    ]),
  };
}

function figureOf(rows: readonly Drawn[], id: string, part: string): Figure {
  const [{ benchmark = '' } = {}] = rows;
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const drawn = rows.map((row) => rowOf(row, arms));
  const scale = scaleOf(
    drawn.flatMap(({ ratio, interval, equivalence }) => [
      ratio,
      ...(interval ?? []),
      ...equivalence,
    ]),
  );
  const panel: RatioPanel = {
    kind: 'ratios',
    title: `${benchmark}${part}`,
    subtitle: 'whiskers: 95 % interval; shaded: no change',
    axis: {
      label: `median of B / median of A${scale === 'logarithmic' ? ' (log)' : ''}`,
      scale,
    },
    rows: drawn,
  };
  const title = `B against A: ${benchmark}${part}`;
  return {
    id,
    caption: `Points: median of B over median of A; left of the line at 1, B costs less. Whiskers: the 95 % interval of the ratio, where there is one. Shaded: ratios that count as no change, by the margin of the row. A verdict needs the whole interval within the shade or beyond it.`,
    chart: {
      id,
      title,
      panels: [panel],
      legend: [],
      alternative: `Forest plot of ratios. ${drawn.map(({ label, note }) => `${label}: ${note}`).join('; ')}.`,
    },
    table: tableOf(rows, id),
  };
}

function chunksOf<T>(list: readonly T[], most: number): T[][] {
  const count = Math.ceil(list.length / most);
  const size = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** A figure a benchmark, and several where it has very many rows. What has no ratio is in none. */
export function ratioFigures(rows: readonly ComparedRow[]): Figure[] {
  const drawn = rows.filter((row): row is Drawn => row.ratio !== null);
  const benchmarks = [...new Set(drawn.map(({ benchmark }) => benchmark))];
  return benchmarks
    .flatMap((name) => {
      const own = drawn.filter(({ benchmark }) => benchmark === name);
      const chunks = chunksOf(own, MOST_ROWS);
      return chunks.map((chunk, place) => ({
        chunk,
        part: chunks.length === 1 ? '' : ` (${place + 1} of ${chunks.length})`,
      }));
    })
    .map(({ chunk, part }, index) => figureOf(chunk, `ratios-${index}`, part));
}
