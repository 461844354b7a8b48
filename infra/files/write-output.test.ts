import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOutput } from './write-output.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-output-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('writeOutput', () => {
  it('writes a new file, over an old one, and through a link', async () => {
    const file = join(root, 'a.csv');
    await writeOutput(file, 'one');
    await writeOutput(file, 'two');
    await symlink(file, join(root, 'link'));
    await writeOutput(join(root, 'link'), 'three');
    expect(await readFile(file, 'utf8')).toBe('three');
    expect((await readdir(root)).sort()).toEqual(['a.csv', 'link']);
  });

  it('refuses a folder, a place that is not there, and a full disk, with what to do', async () => {
    const folder = join(root, 'folder');
    await mkdir(folder);
    for (const path of [folder, join(root, 'none/x'), '/dev/full', '/proc/x', `${root}/a.csv/x`]) {
      await expect(writeOutput(path, 'x', '--document')).rejects.toMatchObject({
        ...{ name: 'UserError', kind: 'error', message: expect.stringContaining(path) },
        advice: expect.stringContaining('--document'),
      });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what was refused, and names --out where no option is named', async () => {
    await expect(writeOutput(join(root, 'none/x'), 'x')).rejects.toMatchObject({
      cause: { code: 'ENOENT', syscall: 'open' },
      advice: expect.stringContaining('with --out,'),
    });
  });

  it('leaves what was there, and nothing beside it, when only a part can be written', async () => {
    const folder = join(root, 'part');
    await mkdir(folder);
    const file = join(folder, 'a.csv');
    await writeOutput(file, 'whole');
    async function* torn() {
      yield 'a part';
      throw new Error('no room');
    }
    await expect(writeOutput(file, torn() as unknown as string)).rejects.toThrow('no room');
    expect(await readFile(file, 'utf8')).toBe('whole');
    expect(await readdir(folder)).toEqual(['a.csv']);
  });

  it('writes to what is no file', async () => {
    await writeOutput('/dev/null', 'x');
    await writeFile('/dev/null', 'x');
  });
});
