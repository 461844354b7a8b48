import { describe, expect, it } from 'vitest';
import type { ComparedRow, Comparison } from '../../../harness/compare/compare.ts';
import type { Verdict } from '../../../harness/compare/verdict.ts';
import type { Trend } from '../../../harness/history/trends.ts';
import type { NamedDiagnosis } from '../diagnosis.ts';
import { MOST_CHARACTERS } from './line.ts';
import {
  answerOfComparison,
  answerOfHistory,
  answerOfImported,
  answerOfRuns,
  comparisonLine,
  gateLine,
} from './sets.ts';

function row(verdict: Verdict, ratio: number, place = 0): ComparedRow {
  const side = { n: 100, runs: 1, boots: 1, p50: 100, interval95: null };
  return {
    ...{ benchmark: 'page-walk', arm: 'dom0', state: `state-${place}`, phase: 'total' },
    ...{ unit: 'instructions', a: side, b: side, ratio, interval95: [ratio, ratio + 0.002] },
    basis: { method: 'student', level: 'block', units: 3 },
    ...{ delta: 0, p: 1, margin: 0.01, verdict, remark: null },
  };
}

function comparisonOf(...rows: ComparedRow[]): Comparison {
  return { a: ['a'], b: ['b'], rows, missing: [], ignored: [], warnings: [] };
}

describe('comparisonLine', () => {
  it('says what got worse and better, and by how much', () => {
    const line = comparisonLine(
      comparisonOf(row('slower', 1.05), row('faster', 0.9, 1), row('equivalent', 1)),
    );
    expect(line).toMatch(
      /^Of 3 figures B is worse in 1: page-walk Dom0 state-0 \+5\.00 % \(95 %: /,
    );
    expect(line).toMatch(/; better in 1\. One boot to a side\. Instructions, not time\.$/);
    const whole = answerOfComparison(
      '?',
      comparisonOf(row('slower', 1.05), row('faster', 0.9, 1), row('equivalent', 1)),
    );
    expect(whole.answer).toMatch(/; better in 1: page-walk Dom0 state-1 −10\.00 %.*; 1 equivalent/);
  });

  it('says that nothing changed', () => {
    expect(comparisonLine(comparisonOf(row('equivalent', 1), row('inconclusive', 1)))).toMatch(
      /of 2 figures none is worse or better: 1 equivalent or the same, 1 inconclusive\. One boot/,
    );
  });

  it('fits a line with fifty changes', () => {
    const rows = Array.from({ length: 50 }, (_, i) => row(i % 2 ? 'slower' : 'faster', 1 + i, i));
    expect(comparisonLine(comparisonOf(...rows)).length).toBeLessThanOrEqual(MOST_CHARACTERS);
    const reason = `Slower than the baseline, twice: ${'page-walk Dom0 cold +5.0 %, '.repeat(12)}.`;
    const line = gateLine({
      ...{ outcome: 'regression' as const, reason, regressions: rows, unconfirmed: [] },
      ...{ inconclusive: [], faster: [], missing: [], confirming: null },
      first: comparisonOf(...rows),
    });
    expect(line).toMatch(/^Gate fails: Slower than the baseline, twice: page-walk .*…$/);
    expect(line.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });
});

function trend(state: string, medians: number[], changed = false): Trend {
  const points = medians.map((p50, i) => ({
    ...{ id: `run-${i}`, startedAt: '2026-01-31T12:00:00.000Z', commit: null },
    ...{ p50, interval95: null },
  }));
  const change = {
    index: 1,
    id: 'run-1',
    commit: null,
    before: 100,
    after: 110,
    ratio: 1.1,
    p: 0.01,
  };
  return {
    ...{ benchmark: 'page-walk', arm: 'minios', state, phase: 'total', unit: 'instructions' },
    ...{ segment: 0, begunBy: null, points, changes: changed ? [change] : [] },
  };
}

describe('answers about several results', () => {
  it('says where side-by-side medians lie farthest apart, and that it is no comparison', () => {
    const trends = [trend('cold', [100, 101]), trend('warm', [50, 60])];
    expect(answerOfRuns('?', trends, { results: 2, notes: [] }).line).toBe(
      '2 results side by side, 2 figures: medians lie farthest apart in page-walk Mini-OS warm, from 50 to 60 instructions (+20.0 %). Not compared. Instructions, not time.',
    );
  });

  it('says which figure of a history changed its level, where and by how much', () => {
    expect(
      answerOfHistory('?', 9, [trend('cold', [100, 110], true), trend('warm', [1])]).answer,
    ).toBe(
      'Of 2 figures 1 changed its level over 9 runs, most page-walk Mini-OS cold: +10.0 % at run-1.',
    );
    expect(answerOfHistory('?', 1, [trend('cold', [1])]).answer).toBe(
      'None of one figure changed its level over one run.',
    );
  });

  it('compares the slowest with the fastest of somebody else’s samples, under long names too', () => {
    const entry = (arm: string, p50: number) =>
      ({
        ...{ benchmark: 'imported', arm, state: 'idle', phase: 'total', unit: 'ns', p50 },
        ...{ interval95: [p50 * 0.9, p50 * 1.1], units: { page: 5 } },
      }) as unknown as NamedDiagnosis;
    const all = [entry('trap', 100), entry('mmio', 50), entry('poll', 70)];
    expect(answerOfImported('?', all).line).toBe(
      'trap takes 2.00 times what mmio takes in idle (95 %, of both medians: 1.64–2.44); 1 lies between. Measured elsewhere.',
    );
    const long = answerOfImported('?', [entry('x'.repeat(900), 1), entry('y'.repeat(900), 2)]);
    expect(long.line.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(answerOfImported('?', all.slice(0, 1)).line).toBe(
      'trap takes 100 ns in idle (95 %: 90–110). Measured elsewhere.',
    );
  });
});
