import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { builtCache, temporaryFolder } from '../testing/support.ts';
import { removeCache } from './contents.ts';
import { DURATIONS, Durations } from './durations.ts';

const took = (seconds: number, run = '') => ({ seconds, run });

it('writes nothing into a cache that was brought', async () => {
  const root = await temporaryFolder();
  new Durations(root).add('booting', { seconds: 12, run: '' });
  expect(await readdir(root)).toEqual([]);
});

it('are there for the next process, the oldest first', async () => {
  const root = await builtCache();
  new Durations(root).add('booting', took(12));
  new Durations(root).add('booting', took(14, 'abc'));
  new Durations(root).add('measuring', took(3));
  expect(new Durations(root).of('booting')).toEqual([took(12), took(14, 'abc')]);
  expect(new Durations(root).of('never seen')).toEqual([]);
});

it('are bounded: the latest times of the latest steps', async () => {
  const root = await builtCache();
  const durations = new Durations(root);
  for (let i = 0; i < 30; i++) durations.add('often', took(i));
  expect(durations.of('often').map(({ seconds }) => seconds)).toEqual([
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
  ]);
  const long = 'x'.repeat(10_000);
  for (let i = 0; i < 250; i++) durations.add(`${i} ${long}`, took(i));
  expect(durations.of('often')).toEqual([]);
  expect(durations.of(`249 ${long}`)).toEqual([took(249)]);
  expect((await readFile(join(root, DURATIONS))).length).toBeLessThan(100_000);
});

describe('a file that is', () => {
  it.each([
    ['torn', '{"version":1,"steps":{"boo'],
    ['empty', ''],
    ['no object', 'null'],
    ['of another version', '{"version":99,"steps":{"booting":[{"seconds":1,"run":""}]}}'],
    ['without steps', '{"version":1,"steps":null}'],
    ['of steps that are none', '{"version":1,"steps":{"booting":7}}'],
    [
      'of times that are none',
      '{"version":1,"steps":{"booting":[null,7,{"seconds":"1","run":""},{"seconds":-1,"run":""},{"seconds":1}]}}',
    ],
    ['far too large', JSON.stringify({ version: 1, steps: {}, more: 'x'.repeat(2 << 20) })],
  ])('%s is not known, and replaced', async (_, text) => {
    const root = await builtCache();
    await writeFile(join(root, DURATIONS), text);
    const durations = new Durations(root);
    expect(durations.of('booting')).toEqual([]);
    durations.add('booting', took(2));
    expect(durations.of('booting')).toEqual([took(2)]);
  });
});

it('are not kept where there is no cache, and none is made', async () => {
  const root = join(await builtCache(), 'none');
  new Durations(root).add('booting', took(2));
  expect(new Durations(root).of('booting')).toEqual([]);
  await expect(readdir(root)).rejects.toThrow('ENOENT');
});

it('are not kept where they cannot be written, and nothing is left', async () => {
  const root = await builtCache();
  await mkdir(join(root, DURATIONS));
  await mkdir(join(root, DURATIONS, 'full'));
  new Durations(root).add('booting', took(2));
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  await rm(join(root, 'tmp'), { recursive: true });
  await writeFile(join(root, 'tmp'), 'a file');
  expect(() => new Durations(root).add('booting', took(2))).not.toThrow();
});

it('are whole whatever several processes write at once', async () => {
  const root = await builtCache();
  const writer = `
    const { Durations } = await import(${JSON.stringify(fileURLToPath(new URL('./durations.ts', import.meta.url)))});
    const durations = new Durations(process.argv[1]);
    for (let i = 0; i < 100; i++) durations.add('step ' + (i % 7), { seconds: i, run: 'w' });
  `;
  const writers = [1, 2, 3].map(() =>
    execa('node', ['--import', 'tsx', '--input-type=module', '--eval', writer, root]),
  );
  let over = false;
  const all = Promise.all(writers).finally(() => {
    over = true;
  });
  while (!over) {
    const text = await readFile(join(root, DURATIONS), 'utf8').catch(() => undefined);
    if (text !== undefined) expect(JSON.parse(text)).toMatchObject({ version: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await all;
  for (let i = 0; i < 7; i++) expect(new Durations(root).of(`step ${i}`)).toHaveLength(10);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

it('go with the cache', async () => {
  const root = await builtCache();
  new Durations(root).add('booting', took(2));
  expect(await removeCache(root)).toContain(join(root, DURATIONS));
  expect(new Durations(root).of('booting')).toEqual([]);
});
