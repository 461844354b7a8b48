/**
 * What a comparison and a gate found, as a short report.
 */
import { type ComparedRow, type Comparison, EXACT } from '../../harness/compare/compare.ts';
import type { GateReport } from '../../harness/gate/gate.ts';
import { comparisonLine, gateLine } from './answer/sets.ts';
import { type Brief, fixed, left, right, type Sentence } from './brief.ts';
import { armLabel, formatChange, formatInterval, formatNumber } from './format.ts';
import type { Table } from './types.ts';

function changeInterval({ interval95: interval, difference95 }: ComparedRow): string {
  if (difference95 !== undefined) return formatInterval(difference95);
  return interval === null ? '–' : `${formatChange(interval[0])} to ${formatChange(interval[1])}`;
}

/** The verdict with what stands in the way of a better one; the remark that many rows share is a note. */
function verdictText({ verdict, remark }: ComparedRow): string {
  if (remark === null) return verdict;
  return remark === EXACT ? `${verdict} (exact)` : `${verdict}: ${remark}`;
}

function comparedRow(row: ComparedRow): string[] {
  const side = ({ p50, interval95 }: ComparedRow['a']) => [
    formatNumber(p50),
    formatInterval(interval95),
  ];
  return [
    row.benchmark,
    row.state,
    armLabel(row.arm),
    row.ratio === null ? '–' : formatChange(row.ratio),
    changeInterval(row),
    verdictText(row),
    ...side(row.a),
    ...side(row.b),
    fixed(row.delta, 2),
    `${formatNumber(row.margin * 100, 2)} %`,
  ];
}

function comparedTable(rows: readonly ComparedRow[], title: string): Table {
  const units = [...new Set(rows.map(({ unit }) => unit))].join(', ');
  return {
    id: 'comparison',
    title,
    caption: `Medians in ${units || 'no unit'}, A against B, with 95 % intervals by the units of the highest level that was repeated.`,
    columns: [
      ...['benchmark', 'state', 'arm'].map(left),
      ...['change', '95 %'].map(right),
      left('verdict'),
      ...['A', '95 %', 'B', '95 %', 'δ', 'margin'].map(right),
    ],
    rows: rows.map(comparedRow),
  };
}

function missingTable({ missing }: Comparison): Table {
  return {
    id: 'missing',
    title: 'Not compared',
    caption: 'Measured on one side only.',
    columns: ['benchmark', 'state', 'arm', 'missing in'].map(left),
    rows: missing.map(({ benchmark, state, arm, from }) => [
      benchmark,
      state,
      armLabel(arm),
      from.toUpperCase(),
    ]),
  };
}

function notesOf({ rows, ignored, warnings }: Comparison): string[] {
  const alone = rows.some(({ a, b }) => Math.min(a.boots, b.boots) === 1);
  return [
    ...warnings.map((warning) => `Warning: ${warning}`),
    'change: B over A. A verdict needs its whole interval beyond the margin (faster, slower; of sizes and counts smaller, larger) or within it (equivalent). δ: Cliff’s delta, 1 when every value of B is above every one of A.',
    ...(rows.some(({ remark }) => remark === EXACT) ? [`exact: ${EXACT}.`] : []),
    ...(alone ? ['One boot to a side: how boots differ is not in these intervals.'] : []),
    ...ignored.map(({ key, a, b, update }) =>
      update
        ? `An update: ${key} is ${a} in A and ${b} in B. Within a series it changes no count of instructions as a rule; where a row differs, look at it first.`
        : `Ignored: ${key} is ${a} in A and ${b} in B.`,
    ),
  ];
}

function verdictSentences({ rows }: Comparison): Sentence[] {
  const count = (verdict: ComparedRow['verdict']) =>
    rows.filter((row) => row.verdict === verdict).length;
  const counts = (
    ['faster', 'smaller', 'same', 'equivalent', 'slower', 'larger', 'inconclusive'] as const
  )
    .map((verdict) => [count(verdict), verdict] as const)
    .filter(([n]) => n > 0)
    .map(([n, verdict]) => `${n} ${verdict}`);
  return [{ tone: 'plain', text: `B against A: ${counts.join(', ')}.` }];
}

function setName(ids: readonly string[]): string {
  return ids.length <= 3 ? ids.join(', ') : `${ids.length} runs from ${ids[0]} to ${ids.at(-1)}`;
}

/** A comparison. */
export function comparisonBrief(comparison: Comparison): Brief {
  return {
    title: `A: ${setName(comparison.a)}; B: ${setName(comparison.b)}`,
    sentences: verdictSentences(comparison),
    tables: [comparedTable(comparison.rows, 'Comparison'), missingTable(comparison)],
    notes: notesOf(comparison),
    line: comparisonLine(comparison),
  };
}

/** A gate that has nothing to judge by yet. */
export function begunBrief(reason: string): Brief {
  const line = `Gate begins: ${reason}`;
  return {
    ...{ title: 'Gate: begun', tables: [], notes: [], line },
    sentences: [{ tone: 'plain', text: reason }],
  };
}

/** What a gate found: the new run is B, the baseline A. */
export function gateBrief(report: GateReport): Brief {
  const { outcome, reason, first, confirming, faster, remarks = [] } = report;
  const tone = ({ pass: 'good', regression: 'bad', unknown: 'bad' } as const)[outcome];
  const title = { pass: 'pass', regression: 'regression', unknown: 'could not tell' }[outcome];
  return {
    title: `Gate: ${title}`,
    sentences: [
      { tone, text: reason },
      ...remarks.map((text) => ({ tone: 'plain' as const, text })),
      ...(faster.length === 0
        ? []
        : [
            {
              tone: 'good' as const,
              text: `${faster.length} better than the baseline: a new baseline would hold them to it.`,
            },
          ]),
    ],
    tables: [
      comparedTable(first.rows, 'The new run (B) against the baseline (A)'),
      ...(confirming === null ? [] : [comparedTable(confirming.rows, 'The confirming run (B)')]),
      missingTable(first),
    ],
    notes: notesOf(first),
    line: gateLine(report),
  };
}
