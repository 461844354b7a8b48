import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Cache } from '../cache/cache.ts';
import { ensureNeeds } from '../needs.ts';
import { SILENT } from '../testing/silent.ts';
import { onlyPrograms, temporaryFolder } from '../testing/support.ts';
import { cachedNative } from './cached.ts';
import { nativeEntry } from './images.ts';
import { kernelPackage } from './kernel.ts';
import { nativeSources } from './native.ts';

/** A cache with what another machine built, with tools of its own, from these sources. */
async function broughtCache(sources: Record<string, string>) {
  const cache = new Cache(await temporaryFolder(), SILENT);
  const entry = await cache.entry({
    name: 'native',
    doing: 'building elsewhere',
    inputs: { ...sources, compiler: 'gcc of elsewhere', headers: 'libxen-dev of elsewhere' },
    build: (out) => writeFile(join(out, 'introspector'), 'elf'),
  });
  return { cache, entry };
}

it('a machine without a compiler takes what was built elsewhere from the same sources', async () => {
  const { cache, entry } = await broughtCache(await nativeSources());
  await onlyPrograms();
  expect(await nativeEntry(cache, 0)).toEqual(entry);
  expect(await cachedNative(cache, 1)).toBeUndefined();
});

it('and not what was built from others: it says how to get the right one', async () => {
  const { cache } = await broughtCache({ ...(await nativeSources()), version: '0.0.1' });
  await onlyPrograms();
  await expect(nativeEntry(cache, 0)).rejects.toMatchObject({
    advice: expect.stringContaining('bring the images'),
  });
});

it('a Dom0 that can build nothing and has nothing is told both ways', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'entries'));
  const before = process.env.TINYVMI_CACHE;
  process.env.TINYVMI_CACHE = root;
  try {
    await onlyPrograms();
    await expect(ensureNeeds('local', SILENT)).rejects.toMatchObject({
      message: expect.stringContaining(`not in ${root}`),
      advice: expect.stringContaining('native-* and kernel-*'),
    });
  } finally {
    if (before === undefined) delete process.env.TINYVMI_CACHE;
    else process.env.TINYVMI_CACHE = before;
  }
});

it('reads package and version of a kernel from its banner', () => {
  const text =
    '\0Linux version \0\0Linux version 6.1.0-9-amd64 (x@y) (gcc-12) #1 SMP Debian 6.1.27-1 (2023-05-08)\n';
  expect(kernelPackage(Buffer.from(text))).toEqual({
    name: 'linux-image-6.1.0-9-amd64',
    version: '6.1.27-1',
  });
  expect(() => kernelPackage(Buffer.from('elf'))).toThrow("not Debian's");
});
