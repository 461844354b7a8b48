import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../errors.ts';
import { RecordedProgress, temporaryFolder } from '../testing/support.ts';
import { Cache, fileOf, hashIn, type Recipe } from './cache.ts';
import { removeStaleBuilds, summariseCache } from './contents.ts';

/** A recipe that counts how often it was built. */
function counting(text: string): Recipe & { builds: number } {
  return {
    name: 'thing',
    doing: 'making a thing',
    inputs: { text },
    builds: 0,
    async build(out) {
      this.builds++;
      await mkdir(join(out, 'deep'));
      await writeFile(join(out, 'deep/file'), text);
    },
  };
}

async function newCache() {
  const root = await temporaryFolder();
  const progress = new RecordedProgress();
  return { root, progress, cache: new Cache(root, progress) };
}

describe('an entry', () => {
  it('is built once, and found again', async () => {
    const { cache } = await newCache();
    const recipe = counting('a');
    const first = await cache.entry(recipe);
    const again = await cache.entry(recipe);
    expect(recipe.builds).toBe(1);
    expect(again).toEqual(first);
    expect(await readFile(fileOf(first, 'deep/file'), 'utf8')).toBe('a');
    expect(hashIn(first, 'deep/file')).toBe(
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    );
  });

  it('is built once when two in this process want it at once', async () => {
    const { root, cache } = await newCache();
    const recipe = counting('a');
    const slow: Recipe = {
      ...recipe,
      async build(out, context) {
        await sleep(50);
        await recipe.build(out, context);
      },
    };
    const other = new Cache(root, new RecordedProgress());
    const [one, two] = await Promise.all([cache.entry(slow), other.entry(slow)]);
    expect(recipe.builds).toBe(1);
    expect(two).toEqual(one);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it('is found by some of its inputs, the newest whole one', async () => {
    const { cache } = await newCache();
    const make = (tool: string) => cache.entry({ ...counting('a'), inputs: { text: 'a', tool } });
    await make('1');
    await sleep(20);
    const second = await make('2');
    await sleep(20);
    const third = await make('3');
    await cache.entry({ ...counting('a'), name: 'thing-else' });
    await writeFile(join(third.path, 'deep/file'), 'b');
    expect(await cache.find('thing', ({ text }) => text === 'a')).toEqual(second);
    expect(await cache.find('thing', ({ text }) => text === 'b')).toBeUndefined();
  });

  it('is another one for other inputs', async () => {
    const { cache } = await newCache();
    expect(cache.keyOf(counting('a'))).not.toBe(cache.keyOf(counting('b')));
    expect(cache.keyOf({ name: 'x', inputs: { a: '1', b: '2' } })).toBe(
      cache.keyOf({ name: 'x', inputs: { b: '2', a: '1' } }),
    );
  });

  it.each([
    ['a changed file', (path: string) => writeFile(join(path, 'deep/file'), 'b'), 'changed'],
    ['a cut file', (path: string) => writeFile(join(path, 'deep/file'), ''), '0 bytes, not 1'],
    ['a missing file', (path: string) => rm(join(path, 'deep/file')), 'missing'],
    ['no manifest', (path: string) => rm(join(path, 'manifest.json')), 'no manifest'],
    ['a torn manifest', (path: string) => writeFile(join(path, 'manifest.json'), '{"na'), 'read'],
    [
      'a foreign manifest',
      (path: string) => writeFile(join(path, 'manifest.json'), '{"key":"x","files":{}}'),
      'another',
    ],
  ])('with %s is built again, with a line that says so', async (_, harm, reason) => {
    const { cache, progress } = await newCache();
    const recipe = counting('a');
    const { path } = await cache.entry(recipe);
    await harm(path);
    const mended = await cache.entry(recipe);
    expect(recipe.builds).toBe(2);
    expect(await readFile(fileOf(mended, 'deep/file'), 'utf8')).toBe('a');
    expect(progress.lines).toContainEqual(
      expect.stringMatching(new RegExp(`^warn the cached thing is broken .*${reason}`)),
    );
  });

  it('leaves nothing when its build fails', async () => {
    const { cache, root } = await newCache();
    const recipe = { ...counting('a'), build: () => Promise.reject(new UserError('no')) };
    await expect(cache.entry(recipe)).rejects.toThrow('no');
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect(await readdir(root)).not.toContain('entries');
  });

  it('is not finished when the build was cancelled', async () => {
    const { cache, root } = await newCache();
    const controller = new AbortController();
    const recipe = counting('a');
    const build = recipe.build.bind(recipe);
    recipe.build = async (out, context) => {
      await build(out, context);
      controller.abort(new UserError('stopped'));
    };
    await expect(cache.entry(recipe, controller.signal)).rejects.toThrow('stopped');
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });
});

describe('two processes', () => {
  const builder = fileURLToPath(new URL('../testing/slow-builder.ts', import.meta.url));
  const start = (root: string, milliseconds: number) =>
    execa('node', ['--import', 'tsx', builder, root, String(milliseconds)], { reject: false });

  it('that want the same entry build it once', async () => {
    const { root } = await newCache();
    const results = await Promise.all([start(root, 1500), start(root, 1500)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(
      results
        .map(({ stdout }) => stdout)
        .join('\n')
        .match(/^built$/gm),
    ).toHaveLength(1);
    expect(results.map(({ stdout }) => stdout).join('\n')).toContain('another process is at it');
  }, 120_000);

  it('do no harm when one is killed in mid-build', async () => {
    const { root, cache } = await newCache();
    const child = start(root, 60_000);
    while ((await readdir(join(root, 'tmp')).catch(() => [])).length === 0) await sleep(20);
    expect(await removeStaleBuilds(root)).toEqual([]);
    child.kill('SIGKILL');
    await child;
    expect(await readdir(join(root, 'tmp'))).toHaveLength(1);

    const { stdout, exitCode } = await start(root, 0);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('removing what an interrupted build of slow left');
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect((await summariseCache(cache.root)).entries).toHaveLength(1);
  }, 120_000);

  it('leave what a later clean finds', async () => {
    const { root } = await newCache();
    const child = start(root, 60_000);
    while ((await readdir(join(root, 'tmp')).catch(() => [])).length === 0) await sleep(20);
    child.kill('SIGKILL');
    await child;
    // What holds the lock ends a moment after the process that it was held for.
    await expect.poll(() => removeStaleBuilds(root), { timeout: 10_000 }).toHaveLength(1);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  }, 120_000);
});

describe('a full disk', () => {
  it('is one clear error, and nothing stays', async (context) => {
    const folder = await temporaryFolder();
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder], {
      reject: false,
    });
    if (mounted.failed) context.skip('only root can mount a small file system');
    onTestFinished(async () => {
      await execa('umount', [folder]);
    });
    const cache = new Cache(join(folder, 'cache'), new RecordedProgress());
    const recipe: Recipe = {
      ...counting('a'),
      build: (out) => writeFile(join(out, 'big'), Buffer.alloc(1 << 20)),
    };
    await expect(cache.entry(recipe)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('is full'),
      advice: expect.stringContaining('TINYVMI_CACHE'),
    });
    expect(await readdir(join(cache.root, 'tmp'))).toEqual([]);
  });
});
