/** Archives of GNU tar, and what must not come out of them. */
import { link, mkdir, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/support.ts';
import { checkArchive, unpackArchive } from './archive.ts';

const MIB = 1024 ** 2;

/** An archive of a folder, made as a worker makes it; `more` are words for tar before. */
async function archived(folder: string, ...more: string[]): Promise<string> {
  const file = join(await temporaryFolder(), 'archive');
  await execa('tar', ['-C', folder, ...more, '-czf', file, '.']);
  return file;
}

it('is unpacked with its files and folders, which are its reader’s', async () => {
  const folder = await temporaryFolder();
  const deep = join(folder, 'a folder', 'b'.repeat(90), 'c'.repeat(90));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'grüße.csv'), 'x'.repeat(100_000));
  await writeFile(join(folder, 'program'), '', { mode: 0o4777 });
  for (const format of ['gnu', 'pax']) {
    const file = await archived(folder, `--format=${format}`);
    await checkArchive(file);
    const into = await temporaryFolder();
    await unpackArchive(file, into);
    const found = join(into, 'a folder', 'b'.repeat(90), 'c'.repeat(90), 'grüße.csv');
    expect(await readFile(found, 'utf8')).toHaveLength(100_000);
    expect((await stat(join(into, 'program'))).mode & 0o7022).toBe(0);
    expect((await readdir(into)).sort()).toEqual(['a folder', 'program']);
  }
});

it.each<[string, (folder: string) => Promise<unknown>]>([
  ['SymbolicLink', (folder) => symlink('/etc', join(folder, 'report'))],
  ['Link', (folder) => link(join(folder, 'summary.json'), join(folder, 'twin'))],
  ['FIFO', (folder) => execa('mkfifo', [join(folder, 'summary.csv')])],
])('with a %s is refused before anything of it is written', async (type, make) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'summary.json'), '{}');
  await make(folder);
  await expect(checkArchive(await archived(folder))).rejects.toThrow(`is a ${type}`);
});

it.each([
  ['an absolute path', 's,^\\./,/tmp/,'],
  ['a path to elsewhere', 's,^\\./,../,'],
])('with %s is refused', async (_case, transform) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'summary.json'), '{}');
  const file = await archived(folder, '-P', `--transform=${transform}`);
  await expect(checkArchive(file)).rejects.toThrow('leads out of its folder');
});

it('that becomes a thousand times as much is refused when it becomes too much', async () => {
  const folder = await temporaryFolder();
  const file = await open(join(folder, 'zeros'), 'w');
  await file.truncate(300 * MIB);
  await file.close();
  const archive = await archived(folder);
  expect((await stat(archive)).size).toBeLessThan(MIB);
  const limits = { bytes: 8 * MIB, entries: 10 };
  await expect(checkArchive(archive, limits)).rejects.toThrow('more than 8 MiB');
  await checkArchive(archive, { ...limits, bytes: 301 * MIB });
});

it('of more files than there may be is refused', async () => {
  const folder = await temporaryFolder();
  for (let n = 0; n < 12; n++) await writeFile(join(folder, String(n)), '');
  const archive = await archived(folder);
  await expect(checkArchive(archive, { bytes: MIB, entries: 12 })).rejects.toThrow('12 entries');
  await checkArchive(archive, { bytes: MIB, entries: 13 });
});

it.each([
  ['is no archive', gzipSync(Buffer.alloc(2048, 'x'))],
  ['is not compressed', Buffer.alloc(2048)],
])('that %s is refused', async (_case, bytes) => {
  const file = join(await temporaryFolder(), 'archive');
  await writeFile(file, bytes);
  await expect(checkArchive(file)).rejects.toThrow();
});

it('that is cut is refused', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'samples.csv'), 'x'.repeat(100_000));
  const { stdout } = await execa('tar', ['-C', folder, '-c', '.'], { encoding: 'buffer' });
  const file = join(await temporaryFolder(), 'archive');
  await writeFile(file, gzipSync(stdout.subarray(0, 50_000)));
  await expect(checkArchive(file)).rejects.toThrow();
});
