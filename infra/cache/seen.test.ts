import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { beginToRemember, Seen } from './seen.ts';

const HASH = 'a'.repeat(64);
let folder: string;

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'entries', 'thing-0123');
  await mkdir(folder, { recursive: true });
  await beginToRemember(join(folder, '../..'));
  await writeFile(join(folder, 'file'), 'a');
});

/** What the file system says of the file, as if it had been written long ago. */
async function settled() {
  const times = await stat(join(folder, 'file'), { bigint: true });
  return { ...times, ctimeNs: times.ctimeNs - 3_000_000_000n };
}

it('remembers what was found right, for as long as nobody writes to it', async () => {
  const seen = await Seen.of(folder);
  const times = await settled();
  expect(seen.has('file', times, HASH)).toBe(false);
  seen.add('file', times, HASH);
  await seen.save();

  const later = await Seen.of(folder);
  expect(later.has('file', times, HASH)).toBe(true);
  expect(later.has('file', times, 'b'.repeat(64))).toBe(false);
  await writeFile(join(folder, 'file'), 'b');
  await utimes(join(folder, 'file'), 0, Number(times.mtimeNs) / 1e9);
  expect(later.has('file', await stat(join(folder, 'file'), { bigint: true }), HASH)).toBe(false);
});

it('writes nothing into a cache that was brought', async () => {
  await rm(join(folder, '../../seen'), { recursive: true });
  const seen = await Seen.of(folder);
  seen.add('file', await settled(), HASH);
  await seen.save();
  expect(await readdir(join(folder, '../..'))).toEqual(['entries']);
});

it('does not trust a file that was written to in this instant', async () => {
  const seen = await Seen.of(folder);
  const times = await stat(join(folder, 'file'), { bigint: true });
  seen.add('file', times, HASH);
  expect(seen.has('file', times, HASH)).toBe(false);
});

it('takes a file of its own that cannot be read for none', async () => {
  await writeFile(join(folder, '../../seen/thing-0123.json'), 'half {');
  expect((await Seen.of(folder)).has('file', await settled(), HASH)).toBe(false);
});
