import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Kept } from './kept.ts';
import type { Verdict } from './mutant.ts';

const GROUND = { build: 'b', tests: 't' };
const KILLED: Verdict = { outcome: 'killed', by: 'a test', code: 'c' };
const SURVIVED: Verdict = { outcome: 'survived', by: '' };

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyvmi-kept-'));
  file = join(folder, 'verdicts.jsonl');
});

afterEach(() => rm(folder, { recursive: true }));

it('gives what an earlier run found, as long as it holds', async () => {
  const before = await Kept.open(file, GROUND);
  await before.add({ id: '1' }, KILLED);
  await before.add({ id: '2' }, SURVIVED);
  const of = async (ground: typeof GROUND) => {
    const kept = await Kept.open(file, ground);
    return ['1', '2', '3'].map((id) => kept.of({ id }));
  };
  expect(await of(GROUND)).toEqual([KILLED, SURVIVED, undefined]);
  expect(await of({ ...GROUND, tests: 'more' })).toEqual([KILLED, undefined, undefined]);
  expect(await of({ ...GROUND, build: 'other' })).toEqual([undefined, undefined, undefined]);
});

it('goes on after a line that a power cut tore', async () => {
  await (await Kept.open(file, GROUND)).add({ id: '1' }, KILLED);
  await appendFile(file, '{"id":"2","outc');
  const torn = await Kept.open(file, GROUND);
  expect(torn.of({ id: '1' })).toEqual(KILLED);
  expect(torn.of({ id: '2' })).toBeUndefined();
  await torn.add({ id: '3' }, SURVIVED);
  const after = await Kept.open(file, GROUND);
  expect(after.of({ id: '1' })).toEqual(KILLED);
  expect(after.of({ id: '3' })).toEqual(SURVIVED);
});
