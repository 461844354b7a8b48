/**
 * A history as a short report: where each figure stands, how it went, and where it changed.
 */

import type { Trend } from '../../harness/history/trends.ts';
import type { History } from '../../results/history/store.ts';
import type { HistoryEntry } from '../../results/history/types.ts';
import { answerOfHistory } from './answer/sets.ts';
import { type Brief, left, right, type Sentence } from './brief.ts';
import { armLabel, formatChange, formatNumber } from './format.ts';
import type { Table } from './types.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';

/** At most `width` values as small bars, from the least to the greatest. Longer series are thinned. */
export function sparkline(values: readonly number[], width = 24): string {
  const step = Math.max(1, values.length / width);
  const shown = Array.from(
    { length: Math.min(width, values.length) },
    (_, i) => values[Math.min(values.length - 1, Math.floor((i + 1) * step) - 1)] as number,
  );
  const low = shown.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = shown.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const scale = high > low ? (BLOCKS.length - 1) / (high - low) : 0;
  return shown.map((value) => BLOCKS[Math.round((value - low) * scale)]).join('');
}

function trendTable(trends: readonly Trend[]): Table {
  return {
    id: 'trends',
    title: 'Figures',
    caption: 'Median of each run, oldest to newest.',
    columns: [
      ...['benchmark', 'state', 'arm'].map(left),
      right('segment'),
      ...['runs', 'first', 'newest', 'unit'].map(right),
      left('course'),
      right('changes'),
    ],
    rows: trends.map(({ benchmark, state, arm, segment, unit, points, changes }) => [
      benchmark,
      state,
      armLabel(arm),
      String(segment + 1),
      String(points.length),
      formatNumber(points[0]?.p50 ?? 0),
      formatNumber(points.at(-1)?.p50 ?? 0),
      unit,
      sparkline(points.map(({ p50 }) => p50)),
      String(changes.length),
    ]),
  };
}

function changeTable(trends: readonly Trend[]): Table {
  return {
    id: 'changes',
    title: 'Changes of level',
    caption:
      'Where the level changed: the first run of the new one, and its commit. p: how probable as much is where the order of the runs says nothing.',
    columns: [
      ...['benchmark', 'state', 'arm', 'run', 'commit'].map(left),
      ...['before', 'after', 'change', 'p'].map(right),
    ],
    rows: trends.flatMap(({ benchmark, state, arm, changes }) =>
      changes.map(({ id, commit, before, after, ratio, p }) => [
        benchmark,
        state,
        armLabel(arm),
        id,
        commit?.slice(0, 12) ?? 'not known',
        formatNumber(before),
        formatNumber(after),
        ratio === null ? '–' : formatChange(ratio),
        formatNumber(p, 3),
      ]),
    ),
  };
}

/** What began each segment after the first. */
function segmentSentences(trends: readonly Trend[]): Sentence[] {
  return [...new Map(trends.map((trend) => [trend.segment, trend])).values()].flatMap(
    ({ segment, begunBy, points }) =>
      begunBy === null
        ? []
        : [
            {
              tone: 'plain' as const,
              text: `Segment ${segment + 1} begins with ${points[0]?.id}: ${begunBy}.`,
            },
          ],
  );
}

/** A history. */
export function historyBrief(
  path: string,
  entries: readonly HistoryEntry[],
  trends: readonly Trend[],
  { broken, mended }: Pick<History, 'broken' | 'mended'>,
): Brief {
  const period =
    entries.length === 0
      ? ''
      : `, from ${entries[0]?.startedAt.slice(0, 10)} to ${entries.at(-1)?.startedAt.slice(0, 10)}`;
  const title = `${path}: ${entries.length} runs${period}`;
  const changes = trends.reduce((sum, trend) => sum + trend.changes.length, 0);
  return {
    title,
    answer: `${title}: ${changes} changes of level in ${trends.length} figures.`,
    sentences: [
      ...broken.map(({ line, why }) => ({
        tone: 'bad' as const,
        text: `line ${line} is ${why}. It is left out, the rest is kept.`,
      })),
      ...mended.map((text) => ({ tone: 'bad' as const, text })),
      ...segmentSentences(trends),
      ...entries.flatMap(({ id, accepted }) =>
        accepted === undefined
          ? []
          : [
              {
                tone: 'plain' as const,
                text: `${id} was accepted on ${accepted.at.slice(0, 10)}: ${accepted.why}`,
              },
            ],
      ),
    ],
    tables: [trendTable(trends), changeTable(trends)],
    notes: [],
    line: answerOfHistory('', entries.length, trends).line,
  };
}
