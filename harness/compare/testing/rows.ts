/** Rows of comparisons as they may come out, for tests of what is made of them. */
import type { ComparedRow } from '../compare.ts';
import type { Verdict } from '../verdict.ts';

/** A row about a state of page-walk in Dom0; without a ratio where that is null. */
export function madeUpRow(
  state: string,
  ratio: number | null,
  verdict: Verdict = 'slower',
): ComparedRow {
  const side = { n: 100, runs: 1, boots: 1, p50: 100, interval95: null };
  return {
    ...{ benchmark: 'page-walk', arm: 'dom0', state, phase: 'total', unit: 'instructions' },
    ...{ a: { ...side, p50: 0 }, b: side, ratio, p: 0, delta: 1, margin: 0.01 },
    interval95: ratio === null ? null : [ratio - 0.01, ratio + 0.01],
    basis: { method: 'student', level: 'block', units: 3 },
    ...{ verdict, remark: null },
  };
}
