/**
 * What the gate noticed of slowdowns that were made on purpose, as a short report.
 */
import type { Slowdown } from '../../harness/gate/slowdown.ts';
import { type Brief, left, right } from './brief.ts';
import { armLabel, formatChange, formatNumber } from './format.ts';

/** Slowdowns with what the gate said of each. */
export function sensitivityBrief(slowdowns: readonly Slowdown[]): Brief {
  const noticed = slowdowns.filter(({ outcome }) => outcome === 'regression').length;
  return {
    title: 'Sensitivity of the gate',
    sentences: [
      {
        tone: noticed === slowdowns.length ? 'good' : 'bad',
        text: `${noticed} of ${slowdowns.length} slowdowns were noticed.`,
      },
    ],
    tables: [
      {
        id: 'slowdowns',
        title: 'Slowdowns made on purpose',
        caption:
          'The library executes so many instructions more for each page; the change that was measured, with its 95 % interval; what the gate said with its default margin.',
        columns: [
          ...['arm', 'state'].map(left),
          ...['median', 'slowed by', 'a page', 'measured', '95 %', 'margin'].map(right),
          left('gate'),
        ],
        rows: slowdowns.map(({ arm, state, percent, instructions, outcome, row }) => [
          armLabel(arm),
          state,
          formatNumber(row.a.p50),
          `${percent} %`,
          formatNumber(instructions),
          row.ratio === null ? '–' : formatChange(row.ratio),
          row.interval95 === null ? '–' : row.interval95.map(formatChange).join(' to '),
          `${formatNumber(row.margin * 100, 2)} %`,
          outcome,
        ]),
      },
    ],
    notes: [],
  };
}
