/**
 * Reports about several results: side by side, as a comparison, or as a history.
 */
import type { Trend } from '../../harness/history/trends.ts';
import { type Brief, left, right } from './brief.ts';
import { armLabel, formatChange, formatInterval, formatNumber } from './format.ts';
import { scaleOf, shadeOf } from './samples.ts';
import {
  type Answer,
  type Fact,
  type Figure,
  type Line,
  type LinePanel,
  type Mark,
  REPORT_SCHEMA_VERSION,
  type ReportKind,
  type ReportModel,
  type Table,
} from './types.ts';

/** A report about samples or results, without what only a run of ours has. */
export function plainReport(
  kind: ReportKind,
  about: { results: string[]; date: string; facts?: Fact[]; figures?: Figure[]; answer: Answer },
  { title, sentences, tables, notes }: Brief,
): ReportModel {
  const [overview = null, ...others] = tables.filter(({ rows }) => rows.length > 0);
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    kind,
    id: kind,
    results: about.results,
    date: about.date,
    title,
    question: about.answer.question,
    status: 'success',
    reason: null,
    answer: about.answer,
    notes,
    abstract: sentences.map(({ text }) => text),
    glance: null,
    facts: about.facts ?? [],
    method: [],
    findings: [],
    overview,
    highlights: [],
    figures: about.figures ?? [],
    tables: others,
    further: [],
    claims: null,
    refusals: null,
    digests: null,
    skipped: [],
    warnings: [],
    threats: [],
    repeat: null,
    citations: [],
  };
}

/** Medians of every result: a row each, in the order of the results. */
export function medianRows(trends: readonly Trend[]): Table {
  return {
    id: 'medians-by-result',
    title: 'Medians of each result',
    caption: 'Median with its 95 % interval, in the unit of the row; units differ where clocks do.',
    columns: [
      ...['benchmark', 'state', 'arm', 'result'].map(left),
      ...['median', '95 %'].map(right),
      left('unit'),
    ],
    rows: trends.flatMap(({ benchmark, state, arm, unit, points }) =>
      points.map(({ id, p50, interval95 }) => [
        benchmark,
        state,
        armLabel(arm),
        id,
        formatNumber(p50),
        formatInterval(interval95),
        unit,
      ]),
    ),
  };
}

function groupBy<T>(list: readonly T[], key: (entry: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const entry of list) {
    const known = groups.get(key(entry));
    if (known === undefined) groups.set(key(entry), [entry]);
    else known.push(entry);
  }
  return [...groups.values()];
}

function marksOf(own: readonly Trend[]): Mark[] {
  return own.flatMap(({ arm, changes }) =>
    changes.map(({ index, ratio }) => ({
      x: index + 1,
      label: `${armLabel(arm)}${ratio === null ? '' : ` ${formatChange(ratio)}`}`,
    })),
  );
}

function trendPanel(own: readonly Trend[], places: ReadonlyMap<string, number>, marked: boolean) {
  const [first] = own;
  const scale = scaleOf(own.flatMap(({ points }) => points.map(({ p50 }) => p50)));
  const panel: LinePanel = {
    kind: 'lines',
    title: first?.state ?? '',
    subtitle: 'median, whiskers: 95 % interval',
    x: { label: 'result, in order', scale: 'linear', whole: true },
    y: { label: `${first?.unit}${scale === 'logarithmic' ? ' (log)' : ''}`, scale },
    lines: own.map(
      ({ arm, points }, place): Line => ({
        label: armLabel(arm),
        shade: shadeOf(arm, place),
        drawn: 'marked-line',
        points: points.map(({ id, p50, interval95 }) => ({
          x: places.get(id) ?? 0,
          y: p50,
          interval: interval95,
        })),
      }),
    ),
    ...(marked ? { marks: marksOf(own) } : {}),
  };
  return panel;
}

/**
 * The course of each figure over the results: a figure a benchmark and unit, a panel a state.
 * @param marked changes of level are marked
 */
export function trendFigures(trends: readonly Trend[], marked: boolean): Figure[] {
  const ids = [...new Set(trends.flatMap(({ points }) => points.map(({ id }) => id)))];
  const places = new Map(ids.map((id, index) => [id, index + 1]));
  const groups = groupBy(trends, ({ benchmark, unit }) => `${benchmark}\n${unit}`);
  return groups.map((group, index): Figure => {
    const [{ benchmark = '', unit = '' } = {}] = group;
    const panels = groupBy(group, ({ state }) => state).map((own) =>
      trendPanel(own, places, marked),
    );
    const title = `Medians over the results: ${benchmark}, ${unit}`;
    return {
      id: `medians-${index}`,
      caption: `Results in their order, a panel a state, each with its own axis; whiskers: 95 % interval.${marked ? ' Dashed: a change of level, found by PELT.' : ''}`,
      chart: {
        id: `medians-${index}`,
        title,
        panels,
        legend: [],
        alternative: `${title}. Panels: ${panels.map((panel) => panel.title).join(', ')}. The table after it holds the values.`,
      },
      table: medianRows(group),
    };
  });
}
