/**
 * What was measured of the gate, against the margins that it has.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHistory } from '../../results/history/store.ts';
import type { HistoryEntry } from '../../results/history/types.ts';
import { type Measured, readMeasured } from '../../results/measured.ts';
import { filtered } from '../compare/filter.ts';
import { defaultMargin } from '../compare/margins.ts';
import { verdictOf } from '../compare/verdict.ts';
import type { AaLevelResult } from './aa-pairs.ts';
import { judgeByHistory } from './history-gate.ts';
import type { Slowdown } from './slowdown.ts';

function baseline<T>(name: string): T {
  const path = new URL(`../../results/baselines/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

describe('the default margins', () => {
  const { identity, levels } = baseline<{
    identity: Record<string, string>;
    levels: AaLevelResult[];
  }>('false-alarms.json');

  it('raise no alarm in any A/A comparison, of which there are at least 20', () => {
    expect(levels.reduce((sum, { pairs }) => sum + pairs, 0)).toBeGreaterThanOrEqual(20);
    const rows = levels.flatMap((level) => level.rows);
    expect(rows.length).toBeGreaterThanOrEqual(160);
    const alarms = rows.filter(({ arm, interval95 }) =>
      ['faster', 'slower'].includes(verdictOf(interval95, defaultMargin(arm, identity))),
    );
    expect(alarms).toEqual([]);
  });

  it('are above what every level of A/A needs', () => {
    for (const { margins } of levels) {
      for (const [arm, needed] of Object.entries(margins)) {
        expect(defaultMargin(arm, identity)).toBeGreaterThan(needed);
      }
    }
  });

  it('let every slowdown through that must be noticed', () => {
    const { slowdowns } = baseline<{ slowdowns: Slowdown[] }>('sensitivity.json');
    expect(slowdowns).toHaveLength(8);
    for (const { arm, state, percent, outcome, row } of slowdowns) {
      expect(outcome, `${arm} ${state}`).toBe('regression');
      expect(percent).toBe(arm === 'minios' ? 1 : 3);
      expect(verdictOf(row.interval95, defaultMargin(arm, identity))).toBe('slower');
    }
  });
});

describe('the shipped history', () => {
  const path = fileURLToPath(
    new URL('../../results/baselines/emulated-page-walk.jsonl', import.meta.url),
  );
  const reference = fileURLToPath(new URL('../../results/reference/emulated', import.meta.url));

  let entries: HistoryEntry[];
  let run: Measured;
  beforeAll(async () => {
    ({ entries } = await readHistory(path));
    const filter = { bench: ['page-walk'], arm: [], state: [] };
    run = filtered(await readMeasured(reference), filter);
  });

  it.each(['6.1.0-56-amd64', '6.1.0-99-amd64'])(
    'judges the reference run under kernel %s: an update changes no count',
    async (kernel) => {
      const judged = await judgeByHistory(
        { path, entries, window: 20 },
        { ...run, identity: { ...run.identity, 'dom0.kernel': kernel } },
        { compare: { ignore: [] }, strict: false, across: true },
      );
      expect(judged.begun).toBeNull();
      expect(judged.report?.outcome).toBe('pass');
      expect(judged.report?.remarks).toEqual([expect.stringContaining(`is ${kernel}`)]);
    },
  );
});
