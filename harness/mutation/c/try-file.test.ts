import { expect, it } from 'vitest';
import type { Verdict } from './mutant.ts';
import { sitesOf } from './sites.ts';
import { type FileToTry, tryFile } from './try-file.ts';

const TEXT = 'int f(int a) { return a + 1; }\n';

/** A suite whose compiler gives the text itself, and whose tests notice what `kills` says. */
async function tried(changes: Partial<Record<'codeOf' | 'kills', (text: string) => unknown>>) {
  let now = TEXT;
  const asked: string[] = [];
  const kept = new Map<string, Verdict>();
  const told: string[] = [];
  const file: FileToTry = {
    file: 'vmi/f.c',
    text: TEXT,
    sites: await sitesOf(TEXT),
    share: 2,
    kept: {
      of: ({ id }) => kept.get(id),
      add: async ({ id }, verdict) => void kept.set(id, verdict),
    },
    suite: {
      tests: async () => true,
      put: async (_file, text) => {
        now = text;
      },
      codeOf: async (_file, text) => {
        now = text;
        const code = changes.codeOf ? changes.codeOf(text) : text;
        return code as string | undefined;
      },
      ask: async () => {
        asked.push(now);
        return changes.kills?.(now)
          ? { outcome: 'killed', by: 'a test' }
          : { outcome: 'survived', by: '' };
      },
    },
  };
  const progress = { told: (mutant: { to: string }) => void told.push(mutant.to) };
  const all = async () =>
    (await tryFile(file, progress)).map(
      ({ mutant, verdict }) => `${mutant.from} ${mutant.to} ${verdict.outcome}`,
    );
  return { all, asked, file, left: () => now, kept };
}

it('tells what the tests notice, and puts the file back', async () => {
  const { all, asked, left } = await tried({ kills: (text) => text.includes('a - 1') });
  expect(await all()).toEqual(['+ - killed', '1 2 survived']);
  expect(asked).toEqual([TEXT.replace('+', '-'), TEXT.replace('1', '2')]);
  expect(left()).toBe(TEXT);
});

it('counts nothing that does not compile, or compiles to the same', async () => {
  const broken = await tried({
    codeOf: (text) => (text.includes('a - 1') ? undefined : text),
  });
  expect(await broken.all()).toEqual(['1 2 survived']);
  const same = await tried({ codeOf: (text) => text.replace('a - 1', 'a + 1') });
  expect(await same.all()).toEqual(['1 2 survived']);
  const twice = await tried({ codeOf: (text) => (text === TEXT ? text : 'changed') });
  expect(await twice.all()).toEqual(['+ - survived']);
});

it('asks no test again what it knows', async () => {
  const { all, asked } = await tried({});
  const first = await all();
  expect(await all()).toEqual(first);
  expect(asked).toHaveLength(2);
});

it('asks no test when none has the file', async () => {
  const { all, asked, file } = await tried({});
  file.suite.tests = async () => false;
  expect(await all()).toEqual(['+ - survived', '1 2 survived']);
  expect(asked).toEqual([]);
});

it('says when the file does not compile as it is', async () => {
  const { all } = await tried({ codeOf: () => undefined });
  await expect(all()).rejects.toThrow('native/vmi/f.c does not compile by itself.');
});
