/**
 * What was measured of the gate, against the margins that it has.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultMargin } from '../compare/margins.ts';
import { verdictOf } from '../compare/verdict.ts';
import type { AaLevelResult } from './aa-pairs.ts';
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
