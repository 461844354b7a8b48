import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NATIVE_FOLDER } from '../images/native.ts';
import { CLOC, countFiles } from './cloc.ts';

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tinyvmi-cloc-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const FILES = ['vmi/walk.c', 'vmi/walk.h', 'minios/entry.S', 'workloads/sort.h'];

describe('countFiles', () => {
  it('gives what a plain run of cloc on the same list gives', async () => {
    const counted = await countFiles(FILES, { folder: NATIVE_FOLDER, scratch });
    const list = join(scratch, 'list');
    await writeFile(list, `${FILES.join('\n')}\n`);
    const { stdout } = await promisify(execFile)(
      'perl',
      [CLOC, `--list-file=${list}`, '--skip-uniqueness', '--csv', '--quiet'],
      { cwd: NATIVE_FOLDER },
    );
    const plain = /,SUM,(\d+),(\d+),(\d+)/.exec(stdout)?.slice(1).map(Number);
    const sum = (key: 'blank' | 'comment' | 'code') =>
      counted.reduce((total, file) => total + file[key], 0);
    expect([sum('blank'), sum('comment'), sum('code')]).toEqual(plain);
  });

  it('counts every physical line, and a file that is there twice twice', async () => {
    const text = await readFile(join(NATIVE_FOLDER, 'vmi/walk.c'), 'utf8');
    await writeFile(join(scratch, 'a.c'), text);
    await writeFile(join(scratch, 'b.c'), text);
    const counted = await countFiles(['a.c', 'b.c'], { folder: scratch, scratch });
    expect(counted).toHaveLength(2);
    for (const { blank, comment, code } of counted) {
      expect(blank + comment + code).toBe(text.split('\n').length - 1);
    }
  });

  it("counts a linker's script, by its comments, as C", async () => {
    await writeFile(join(scratch, 'image.lds'), '/* why */\nENTRY(_start)\n\n');
    const counted = await countFiles(['image.lds'], { folder: scratch, scratch });
    expect(counted).toMatchObject([{ language: 'C', blank: 1, comment: 1, code: 1 }]);
  });

  it('leaves out what is empty or in no language', async () => {
    await writeFile(join(scratch, 'empty.c'), '');
    await writeFile(join(scratch, 'notes'), 'words\n');
    expect(await countFiles(['empty.c', 'notes'], { folder: scratch, scratch })).toEqual([]);
  });
});
