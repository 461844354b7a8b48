import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NATIVE_FOLDER } from '../../../infra/images/native.ts';
import { excuseOf, readExcuses } from './excuses.ts';
import { mutantOf } from './mutant.ts';
import { sitesOf } from './sites.ts';

describe('the excuses that there are', async () => {
  const excuses = await readExcuses();

  it('are each of a change of a line that is there still', async () => {
    for (const excuse of excuses) {
      const text = await readFile(join(NATIVE_FOLDER, excuse.file), 'utf8');
      const mutants = (await sitesOf(text)).map((site) => mutantOf(excuse.file, text, site));
      expect(
        mutants.filter((mutant) => excuseOf([excuse], mutant) !== undefined),
        JSON.stringify(excuse),
      ).not.toEqual([]);
    }
  });

  it('stand there once', () => {
    const keys = excuses.map(({ file, text, from, to }) => JSON.stringify([file, text, from, to]));
    expect(keys).toEqual([...new Set(keys)]);
  });
});

describe('a file of excuses', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tinyvmi-excuses-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['no JSON', '[', /cannot be read/],
    ['no word of why', '[{"file":"a.c","text":"t","from":"a","to":"b"}]', /\/0 must have .*why/],
    ['an empty word', '[{"file":"a.c","text":"t","from":"a","to":"b","why":""}]', /\/0\/why/],
  ])('with %s is refused', async (_what, text, why) => {
    const file = join(folder, 'excused.json');
    await writeFile(file, text);
    await expect(readExcuses(file)).rejects.toThrow(why);
  });
});
