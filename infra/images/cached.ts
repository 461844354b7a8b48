/**
 * Images that are in the cache already. A Dom0 rarely has a compiler, or an archive of Debian: what was
 * built on another machine, and brought, serves there as well.
 */
import { readFile } from 'node:fs/promises';
import { type Cache, type Entry, fileOf } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import { packagesRecipe } from './debs.ts';
import { PINNED_RELEASE, WISHES } from './dom0-packages.ts';
import { rememberedFromArchive } from './from-archive.ts';
import { anyKernel, kernelIdentity, kernelPackage } from './kernel.ts';
import { buildTools, nativeRecipe, nativeSources } from './native.ts';

/** How images get to a machine that cannot make them. */
export const BRING_IMAGES =
  'bring the images: on a Debian machine with this same version, any run builds them; copy the folders native-* and kernel-* from entries/ of its cache to entries/ of the cache here (docs/real-hosts.md)';

/** A kernel in the cache, and the package that it is of. */
export interface PackagedKernel {
  entry: Entry;
  name: string;
  version: string;
}

/**
 * What native/ gives, if it is there: built with this machine's own compiler; where there is none, with
 * any other from the same sources.
 */
export async function cachedNative(cache: Cache, slowdown: number): Promise<Entry | undefined> {
  const tools = await buildTools(cache);
  if (!(tools instanceof UserError)) return cache.peek(await nativeRecipe(tools, slowdown));
  const sources = await nativeSources(slowdown);
  return cache.find(
    'native',
    ({ compiler: _compiler, headers: _headers, tools: _tools, ...inputs }) =>
      JSON.stringify(Object.entries(inputs).sort()) ===
      JSON.stringify(Object.entries(sources).sort()),
  );
}

/**
 * The target's kernel, if it is there: that of the package that this machine's archives gave; where they
 * were not asked yet, the newest one.
 */
export async function cachedKernel(cache: Cache): Promise<PackagedKernel | undefined> {
  const known = await rememberedKernel(cache);
  if (known !== undefined) {
    const { identity, name, version } = known;
    const entry = await cache.peek(identity);
    return entry && { entry, name, version };
  }
  const entry = await anyKernel(cache);
  return entry && { entry, ...kernelPackage(await readFile(fileOf(entry, 'vmlinux'))) };
}

/** The kernel that the archives named, when they were asked. */
async function rememberedKernel(cache: Cache) {
  const remembered = await rememberedFromArchive(cache, { release: PINNED_RELEASE }, WISHES);
  if (remembered === undefined) return undefined;
  const { metaTarget } = remembered.resolution;
  const key = cache.keyOf(packagesRecipe('kernel-package', remembered.apt, [metaTarget]));
  return {
    identity: kernelIdentity(key),
    name: metaTarget.name,
    version: metaTarget.version,
  };
}

/** Whether a run on a host finds all of its images in the cache, and builds none. */
export async function imagesAreCached(cache: Cache): Promise<boolean> {
  const found = [await cachedKernel(cache), await cachedNative(cache, 0)];
  return found.every((entry) => entry !== undefined);
}
