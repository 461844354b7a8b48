import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { KeptKills } from './kept.ts';

it('knows after an interruption what came of which kill, of the same seed and commit alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tinyvmi-kills-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'kills.jsonl');
  const ground = { seed: 1, commit: 'a' };
  const first = await KeptKills.open(file, ground);
  await first.add(1, []);
  await first.add(2, ['it stands still']);
  const known = async (of: typeof ground) => {
    const kept = await KeptKills.open(file, of);
    return [1, 2, 3].map((number) => kept.of(number));
  };
  expect(await known(ground)).toEqual([[], ['it stands still'], undefined]);
  expect(await known({ ...ground, seed: 2 })).toEqual([undefined, undefined, undefined]);
  expect(await known({ ...ground, commit: 'b' })).toEqual([undefined, undefined, undefined]);
});
