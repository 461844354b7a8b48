import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../results/history/types.ts';
import { madeUpMeasured } from '../compare/testing/measured.ts';
import { entryOf } from '../history/entry.ts';
import { judgeByHistory } from './history-gate.ts';

const DAY_MS = 86_400_000;
const KERNEL = { 'dom0.kernel': '6.1.0-57-amd64' };

/** A run of a day; medians vary by 1 %, so that no row is clear at a margin of 0.5 %. */
function runOn(day: number, identity: Readonly<Record<string, string>> = {}, centre = 1000) {
  const made = madeUpMeasured({ id: `run-${day}`, seed: day, pageSpread: 0, centre, identity });
  const startedAt = new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString();
  return { ...made, startedAt };
}

const NOISY = [1000, 1012, 991, 1008, 988, 1010];
const entries = (days: number, from = 0, identity = {}): HistoryEntry[] =>
  Array.from({ length: days }, (_, i) => entryOf(runOn(from + i, identity, NOISY[i % 6])));

function judged(past: readonly HistoryEntry[], identity = {}, centre = 1004) {
  const options = { compare: { ignore: [], margin: 0.005 }, strict: false };
  const run = runOn(past.length + 1, identity, centre);
  return judgeByHistory({ path: 'h', entries: past, window: 20 }, run, options);
}

describe('a gate by a history that cannot tell', () => {
  const accepted = { why: 'checks twice', at: '2026-01-09T00:00:00.000Z' };
  const [first, ...others] = entries(3, 6);
  const SINCE: [string, HistoryEntry[], Readonly<Record<string, string>>, string][] = [
    ['the first run', [], {}, '1 of 5 runs since the history began. h has 0 runs'],
    ['the fifth', entries(4), {}, '5 of 5 runs since the history began. No clear verdict'],
    [
      'an update',
      entries(6),
      KERNEL,
      '1 of 5 runs since dom0.kernel is 6.1.0-57-amd64, not recorded before. h has 0 runs',
    ],
    [
      'the second since an update',
      [...entries(6), ...entries(1, 6, KERNEL)],
      KERNEL,
      '2 of 5 runs since dom0.kernel is 6.1.0-57-amd64',
    ],
    [
      'an accepted change',
      [...entries(6), { ...(first as HistoryEntry), accepted }, ...others],
      {},
      '4 of 5 runs since a change was accepted (checks twice). No clear verdict',
    ],
  ];

  it.each(SINCE)('has begun, and says since what: %s', async (_, past, identity, said) => {
    const { report, begun, entry } = await judged(past, identity);
    expect(report).toBeNull();
    expect(begun).toContain(`Begun, not gated: ${said}`);
    expect(entry.gate).toBe('begun');
  });

  it.each([
    ['five runs since', entries(5)],
    ['five runs since an accepted change', [{ ...entries(1)[0], accepted }, ...entries(5, 1)]],
  ] as [string, HistoryEntry[]][])('could not tell after %s', async (_, past) => {
    const { report, entry } = await judged(past);
    expect(report?.outcome).toBe('unknown');
    expect(entry.gate).toBe('unknown');
  });

  it('counts regressions as runs since: a red lane does not begin for ever', async () => {
    const red = entries(4, 2).map((entry) => ({ ...entry, gate: 'regression' as const }));
    const { report } = await judged([...entries(3), ...red]);
    expect(report?.outcome).toBe('unknown');
  });

  it('tells what is worse for certain all the same', async () => {
    expect((await judged(entries(3), {}, 1200)).report?.outcome).toBe('regression');
  });
});
