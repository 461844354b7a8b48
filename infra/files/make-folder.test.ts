import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-folder-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes what is missing on the way, with its mode, and leaves what is there', async () => {
    await makeFolder(join(root, 'a/b/c'), { mode: 0o700 });
    await makeFolder(join(root, 'a/b/c'));
    for (const path of ['a', 'a/b', 'a/b/c']) {
      expect((await stat(join(root, path))).mode & 0o777, path).toBe(0o700);
    }
  });

  it('gives up where a file system has no room for folders, instead of trying for ever', async () => {
    for (const path of ['/proc/tinyvmi', '/proc/tinyvmi/a/b', '/proc/self/tinyvmi']) {
      await expect(makeFolder(path)).rejects.toThrow(/ENOENT|EACCES|EPERM/);
    }
  });

  it('names what is in the way', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(makeFolder(file)).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(file, 'below'))).rejects.toThrow('ENOTDIR');
  });
});
