import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RecordedProgress, temporaryFolder } from '../testing/support.ts';
import { Cache } from './cache.ts';
import { removeCache, summariseCache } from './contents.ts';
import { lock } from './lock.ts';

const recipe = {
  name: 'thing',
  doing: 'making a thing',
  inputs: {},
  build: (out: string) => writeFile(join(out, 'file'), '12345'),
};

it('tells whole entries from broken ones, and counts bytes', async () => {
  const root = await temporaryFolder();
  const cache = new Cache(root, new RecordedProgress());
  const { key } = await cache.entry(recipe);
  await mkdir(join(root, 'entries', 'half-0000'));
  expect(await summariseCache(root)).toEqual({
    entries: [`thing-${key}`],
    broken: ['half-0000'],
    bytes: 5,
  });
});

it('of a cache that is not there is empty', async () => {
  const root = join(await temporaryFolder(), 'none');
  expect(await summariseCache(root)).toEqual({ entries: [], broken: [], bytes: 0 });
  expect(await removeCache(root)).toEqual([]);
});

it('is removed, without what is not ours', async () => {
  const root = await temporaryFolder();
  await new Cache(root, new RecordedProgress()).entry(recipe);
  await writeFile(join(root, 'foreign'), '');
  await mkdir(join(root, 'snapshots', '0123456789abcdef'), { recursive: true });
  const parts = ['entries', 'seen', 'snapshots', 'tmp'];
  expect(await removeCache(root)).toEqual(parts.map((part) => join(root, part)));
  expect((await readdir(root)).sort()).toEqual(['foreign', 'locks']);
});

it('stays while a build is at work', async () => {
  const root = await temporaryFolder();
  await new Cache(root, new RecordedProgress()).entry(recipe);
  const held = await lock(join(root, 'locks', 'other'));
  await expect(removeCache(root)).rejects.toThrow('another process is building other');
  await held?.release();
  expect(await removeCache(root)).not.toEqual([]);
});
