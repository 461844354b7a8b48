import { expect, it } from 'vitest';
import { drawKills } from './draw.ts';
import { killsPage } from './table.ts';

it('draws the same kills of the same seed, of every guest, moment and signal', () => {
  const kills = drawKills(200, 1);
  expect(drawKills(200, 1)).toEqual(kills);
  expect(drawKills(200, 2)).not.toEqual(kills);
  const cases = new Set(
    kills.map(({ guest, moment, signal }) => `${guest.name} ${moment} ${signal}`),
  );
  expect(cases.size).toBe(27);
  expect(new Set(kills.map(({ kind }) => kind)).size).toBe(2);
  expect(new Set(kills.map(({ afterMs }) => afterMs)).size).toBeGreaterThan(100);
});

it('tells how many there were, and names what was wrong', () => {
  const killed = drawKills(28, 1).map((kill) => ({ ...kill, problems: [] as string[] }));
  const run = { count: 28, seed: 1, commit: 'abc', killed };
  expect(killsPage(run)).toContain('| one (1 of 1 up) | page-walk | 2 | 1 | 1 |');
  expect(killsPage(run)).toContain('Nothing was wrong.');
  killed[27]?.problems.push('it stands still');
  const page = killsPage(run);
  expect(page).toContain('| one (1 of 1 up) | page-walk | 2, **1 wrong** | 1 | 1 |');
  expect(page).toMatch(/- kill 28 \(one, page-walk, .* SIGKILL after \d+ ms\): it stands still/);
});
