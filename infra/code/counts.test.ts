import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cache } from '../cache/cache.ts';
import { hashOf } from '../cache/hash.ts';
import { SILENT } from '../testing/silent.ts';
import { countsOf, type Selection } from './counts.ts';
import type { SourceTree } from './trees.ts';

let root: string;
let cache: Cache;
let folder: URL;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tinyvmi-counts-'));
  cache = new Cache(join(root, 'cache'), SILENT);
  await mkdir(join(root, 'committed'));
  folder = pathToFileURL(`${join(root, 'committed')}/`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const SOURCE = 'int a;\n\n/* a comment */\nint b;\n';

function treeOf(version = '1', source = SOURCE, name = 'made-up'): SourceTree {
  return {
    origin: `${name} ${version}`,
    inputs: { version },
    async unpack({ scratch }) {
      const tree = join(scratch, 'tree');
      await mkdir(join(tree, 'drivers'), { recursive: true });
      await writeFile(join(tree, 'a.c'), source);
      await writeFile(join(tree, 'drivers/b.c'), source);
      await writeFile(join(tree, 'script.sh'), 'echo\n');
      return tree;
    },
    files: async () => ['a.c', 'drivers/b.c', 'script.sh'],
  };
}

const WITHOUT_DRIVERS: Selection[] = [
  { name: 'kernel', set: 'all', include: ['**'], exclude: ['drivers/**'], languages: ['C'] },
];

function count(tree: SourceTree, recount: boolean) {
  return countsOf(cache, 'linux', tree, WITHOUT_DRIVERS, { recount, folder });
}

async function commit(change: (text: string) => string = (text) => text): Promise<void> {
  const { how: _how, ...counted } = await count(treeOf(), true);
  await writeFile(new URL('linux.json', folder), change(JSON.stringify(counted)));
  await rm(join(root, 'cache'), { recursive: true });
}

describe('counts of a tree', () => {
  it('are those of the files that the selection takes, with the hash of their list', async () => {
    const { counts, how } = await count(treeOf(), true);
    expect(how).toBe('counted on this machine');
    const list = hashOf(`${hashOf(SOURCE)}  a.c\n`);
    expect(counts).toEqual({ kernel: { files: 1, blank: 1, comment: 1, code: 2, list } });
  });

  it('are kept in the cache', async () => {
    await count(treeOf(), true);
    expect((await count(treeOf(), false)).how).toBe('counted on this machine');
  });

  it('are taken from the committed ones of the same version and selection', async () => {
    await commit();
    expect(await count(treeOf(), false)).toMatchObject({
      how: 'committed with the suite',
      counts: { kernel: { code: 2 } },
    });
  });

  it('are the committed ones of another version of the package, and say so', async () => {
    await commit();
    expect(await count(treeOf('2'), false)).toMatchObject({
      how: 'committed with the suite',
      origin: 'made-up 1',
      insteadOf: 'made-up 2',
    });
    expect(await count(treeOf(), false)).not.toHaveProperty('insteadOf');
  });

  it('of another version are not given when the rule is another', async () => {
    await commit((text) => text.replace(/"rule":"\w{4}/, '"rule":"0000'));
    await expect(count(treeOf('2'), false)).rejects.toMatchObject({
      kind: 'skipped',
      message: expect.stringContaining('the counting rule is another'),
    });
  });

  it('are skipped when neither is there, and say what to do', async () => {
    await commit();
    await expect(count(treeOf('2', SOURCE, 'renamed'), false)).rejects.toMatchObject({
      kind: 'skipped',
      message: expect.stringMatching(/made-up 1, and this Dom0 has renamed 2; --recount/),
    });
  });

  it.each([
    ['figures', (text: string) => text.replace('"code":2', '"code":3'), 'its lines are'],
    [
      'list',
      (text: string) => text.replace(/"list":"\w{4}/, '"list":"0000'),
      'its list of files is',
    ],
  ])('are a failure when the committed %s are not what is counted', async (_what, change, why) => {
    await commit(change);
    await expect(count(treeOf(), true)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringContaining(why),
    });
  });
});

describe('the counts that are committed', () => {
  it.each(['linux', 'xen', 'glibc'])('of %s name their version and their lists', async (name) => {
    const text = await readFile(new URL(`counts/${name}.json`, import.meta.url), 'utf8');
    const { key, rule, origin, counts } = JSON.parse(text);
    expect(rule).toMatch(/^[0-9a-f]{16}$/);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(origin).toMatch(/ \d/);
    for (const { list, code } of Object.values<{ list: string; code: number }>(counts)) {
      expect(list).toMatch(/^[0-9a-f]{64}$/);
      expect(code).toBeGreaterThan(0);
    }
  });
});
