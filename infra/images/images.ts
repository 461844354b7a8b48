/**
 * All images of the emulated testbed, from the cache or built now.
 *
 *     archives ─ resolution ─┬─ xen-source ── xen ── policy      (or xen-package ── packaged-xen)
 *                            ├─ kernel-package ── kernel ─┐
 *                            ├─ dom0-packages ────────────┴─ dom0
 *                            └─ device-model-packages ── device-model
 *                               (with dom0-packages, and hvm-kernel, of kernel-package)
 *     native/ ──── native ── linux-domain (with the kernel's module)
 */
import type { PrivateApt } from '../apt/private-apt.ts';
import type { PackageResolution, Resolution, ResolvedSource } from '../apt/resolve.ts';
import { type Cache, type Entry, fileOf, hashIn } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import {
  BUILD_TOOLS,
  type EmulatedSeries,
  OWN_TOOLS,
  type Progress,
  WHY_OWN_TOOLS,
} from '../testbed.ts';
import { findTools } from '../tools/tools.ts';
import { BRING_IMAGES, cachedKernel, cachedNative, type PackagedKernel } from './cached.ts';
import { packagedXenRecipe, packagesRecipe, sourceRecipe } from './debs.ts';
import { deviceModelRecipe } from './device-model.ts';
import { dom0Recipe } from './dom0.ts';
import { XEN_ORIGINS } from './dom0-packages.ts';
import { firstLine, fromArchive } from './from-archive.ts';
import { hvmKernelRecipe, kernelRecipe } from './kernel.ts';
import { linuxDomainRecipe } from './linux-domain.ts';
import { buildTools, nativeRecipe } from './native.ts';
import { policyRecipe } from './policy.ts';
import { CHANGES_TO_XEN, xenRecipe } from './xen.ts';

/** Some images: where they are, and what they are. */
export interface ImageSet<Name extends string> {
  /** Absolute paths. */
  files: Record<Name, string>;
  /** SHA-256 by the names of `Capabilities.images`. */
  hashes: Record<string, string>;
  /** Versions of what they were made from. */
  facts: Record<string, string>;
}

/** What the emulated host boots with. */
export type HostImages = ImageSet<'xen' | 'kernel' | 'dom0Initramfs'> & {
  /** Paths of archives that follow Dom0's initramfs. */
  archives: string[];
  /** Path of the FLASK policy; undefined: Xen keeps to its built-in rules. */
  policy: string | undefined;
  /** The entry that `kernel` is of. */
  kernelEntry: Entry;
};

/** What native/ gives to every host. */
export type BasicImages = ImageSet<'introspector' | 'attendant' | 'minios' | 'targetInitramfs'>;

/** All that native/ gives. */
export type NativeImages = ImageSet<
  keyof BasicImages['files'] | 'linuxDomainInitramfs' | 'probe' | 'reseed'
>;

/**
 * Makes sure that the images of the emulated host are there.
 * @param series of Xen
 * @param flask whether its Xen is to have a FLASK policy
 * @param hvm whether its Dom0 is to make HVM guests
 * @throws UserError when one cannot be built: no network, a missing tool, a full disk; of kind
 *   `skipped` when the archives have nothing to build this Xen from.
 */
export async function hostImages(
  cache: Cache,
  { series, flask, hvm }: { series: EmulatedSeries; flask: boolean; hvm: boolean },
  progress: Progress,
  signal?: AbortSignal,
): Promise<HostImages> {
  const origin = XEN_ORIGINS[series];
  const packaged = !flask && origin.hypervisor === true;
  const kernelPackage = await fromArchive(cache, progress, signal, fetchKernel);
  const tools = await findTools(cache, signal);
  const kernel = await cache.entry(kernelRecipe(kernelPackage.entry, tools), signal);
  const fetchXen = packaged ? fetchPackagedXen : fetchXenSource;
  const archive = await fromArchive(cache, progress, signal, fetchXen, origin, origin.wishes).catch(
    (error: unknown) => {
      throw packaged ? error : sourceIsMissing(series, error);
    },
  );
  const xen = await cache.entry(
    packaged ? packagedXenRecipe(archive.xen) : xenRecipe(archive.xen, tools),
    signal,
  );
  const policy = flask
    ? await cache.entry(await policyRecipe(series, xen, tools), signal)
    : undefined;
  const dom0 = await cache.entry(await dom0Recipe(series, archive.packages, kernel, tools), signal);
  const model = hvm
    ? await deviceModel(cache, series, archive.packages, progress, signal)
    : undefined;
  return {
    files: {
      xen: fileOf(xen, 'xen'),
      kernel: fileOf(kernel, 'vmlinux'),
      dom0Initramfs: fileOf(dom0, 'initramfs'),
    },
    archives: model === undefined ? [] : [fileOf(model.entry, 'archive')],
    policy: policy && fileOf(policy, 'xenpolicy'),
    hashes: {
      xen: hashIn(xen, 'xen'),
      ...(policy === undefined ? {} : { policy: hashIn(policy, 'xenpolicy') }),
      'dom0-kernel': hashIn(kernel, 'vmlinux'),
      'dom0-initramfs': hashIn(dom0, 'initramfs'),
      ...(model === undefined ? {} : { 'dom0-device-model': hashIn(model.entry, 'archive') }),
      'target-kernel': hashIn(kernel, 'vmlinux'),
    },
    facts: {
      ...archive.versions,
      ...model?.versions,
      [kernelPackage.name]: kernelPackage.version,
      compiler: tools.versions.compiler,
      ...(tools.why === undefined ? {} : { [WHY_OWN_TOOLS]: tools.why }),
    },
    kernelEntry: kernel,
  };
}

/** What makes a Dom0 able to make HVM guests, and in which version. */
async function deviceModel(
  cache: Cache,
  series: EmulatedSeries,
  dom0Packages: Entry,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ entry: Entry; versions: Record<string, string> }> {
  const origin = XEN_ORIGINS[series];
  const fetched = await fromArchive(
    cache,
    progress,
    signal,
    fetchDeviceModel,
    origin,
    origin.deviceModel,
  );
  const kernel = await hvmKernel(cache, progress, signal);
  const tools = await findTools(cache, signal);
  const recipe = deviceModelRecipe(series, dom0Packages, fetched.packages, kernel, tools);
  return { entry: await cache.entry(recipe, signal), versions: fetched.versions };
}

/**
 * Makes sure that the kernel is there as HVM guests boot it (`hvmKernelRecipe`).
 * @throws UserError when it cannot be had.
 */
export async function hvmKernel(
  cache: Cache,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Entry> {
  const { entry } = await fromArchive(cache, progress, signal, fetchKernel);
  return cache.entry(hvmKernelRecipe(entry), signal);
}

/**
 * The entry of what native/ builds: what was built elsewhere from the same sources, where this machine
 * has nothing to build with.
 * @throws UserError with the compiler's complaints, or when there is neither
 */
export async function nativeEntry(
  cache: Cache,
  slowdown: number,
  signal?: AbortSignal,
): Promise<Entry> {
  const tools = await buildTools(cache, signal);
  if (!(tools instanceof UserError)) {
    return cache.entry(await nativeRecipe(tools, slowdown), signal);
  }
  const entry = await cachedNative(cache, slowdown);
  if (entry !== undefined) return entry;
  throw new UserError(tools.message, { advice: `${tools.advice}; or ${BRING_IMAGES}` });
}

/**
 * Makes sure that the target's kernel is there: all that a host with a Xen of its own needs of the
 * archives, which are not asked while there is one in the cache.
 * @throws UserError when it cannot be had.
 */
export async function targetKernel(
  cache: Cache,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ImageSet<'kernel'>> {
  const { entry, version, name } =
    (await cachedKernel(cache)) ?? (await unpackedKernel(cache, progress, signal));
  return {
    files: { kernel: fileOf(entry, 'vmlinux') },
    hashes: { 'target-kernel': hashIn(entry, 'vmlinux') },
    facts: { [name]: version },
  };
}

/**
 * Makes sure that native/ is built, for a host that gets no more than it must have.
 * @param slowdown instructions that each page costs more, on purpose.
 * @throws UserError with the compiler's complaints when it cannot be.
 */
export async function basicImages(
  cache: Cache,
  slowdown: number,
  signal?: AbortSignal,
): Promise<BasicImages> {
  return basicOf(await nativeEntry(cache, slowdown, signal), slowdown);
}

function basicOf(native: Entry, slowdown: number): BasicImages {
  return {
    files: {
      introspector: fileOf(native, 'introspector'),
      attendant: fileOf(native, 'attendant'),
      minios: fileOf(native, 'minios.gz'),
      targetInitramfs: fileOf(native, 'target-initramfs'),
    },
    hashes: {
      'target-initramfs': hashIn(native, 'target-initramfs'),
      minios: hashIn(native, 'minios.gz'),
      introspector: hashIn(native, 'introspector'),
      attendant: hashIn(native, 'attendant'),
    },
    facts: {
      compiler: native.manifest.inputs.compiler ?? '',
      [BUILD_TOOLS]: native.manifest.inputs.tools ?? OWN_TOOLS,
      ...(slowdown > 0 ? { 'seeded slowdown': `${slowdown} instructions a page` } : {}),
    },
  };
}

/**
 * Makes sure that native/ is built.
 * @param slowdown instructions that each page costs more, on purpose.
 * @param kernel the host's kernel, of which a Linux domain loads a module.
 * @throws UserError with the compiler's complaints when it cannot be.
 */
export async function nativeImages(
  cache: Cache,
  slowdown: number,
  kernel: Entry,
  signal?: AbortSignal,
): Promise<NativeImages> {
  const native = await nativeEntry(cache, slowdown, signal);
  const basic = basicOf(native, slowdown);
  const linuxDomain = await cache.entry(linuxDomainRecipe(native, kernel), signal);
  return {
    files: {
      ...basic.files,
      linuxDomainInitramfs: fileOf(linuxDomain, 'initramfs'),
      probe: fileOf(native, 'probe'),
      reseed: fileOf(native, 'reseed'),
    },
    hashes: {
      ...basic.hashes,
      'linux-domain-initramfs': hashIn(linuxDomain, 'initramfs'),
      probe: hashIn(native, 'probe'),
      reseed: hashIn(native, 'reseed'),
    },
    facts: basic.facts,
  };
}

/** Xen, from its source or in its package, and Dom0's packages; and in which versions. */
export interface XenFromArchive {
  xen: Entry;
  packages: Entry;
  versions: Record<string, string>;
}

/** The kernel, out of the package that the archives give. */
async function unpackedKernel(
  cache: Cache,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<PackagedKernel> {
  const { entry, name, version } = await fromArchive(cache, progress, signal, fetchKernel);
  const tools = await findTools(cache, signal);
  return { entry: await cache.entry(kernelRecipe(entry, tools), signal), name, version };
}

async function fetchKernel(
  cache: Cache,
  apt: PrivateApt,
  { metaTarget }: Resolution,
  _progress: Progress,
  signal: AbortSignal | undefined,
): Promise<PackagedKernel> {
  const { name, version } = metaTarget;
  return {
    entry: await cache.entry(packagesRecipe('kernel-package', apt, [metaTarget]), signal),
    name,
    version,
  };
}

/** Archives can list a source that they do not have. Of some series there is a package to turn to. */
function sourceIsMissing(series: EmulatedSeries, error: unknown): unknown {
  const missing = error instanceof UserError && /\b404\b/.test(error.message);
  if (!missing || !XEN_ORIGINS[series].hypervisor) return error;
  return new UserError(
    `Xen ${series} with FLASK is built from source, and ${firstLine(error)} (404). Without FLASK, Debian's own hypervisor is run: --xen ${series} --privilege set-target`,
    { kind: 'skipped', cause: error },
  );
}

async function fetchXenSource(
  cache: Cache,
  apt: PrivateApt,
  resolution: Resolution,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<XenFromArchive> {
  const source = await fetchSource(cache, apt, resolution.sources, progress, signal);
  const tools = await fetchTools(cache, apt, resolution, signal);
  return {
    xen: source.entry,
    packages: tools.packages,
    versions: {
      'xen source': source.version,
      'xen source, changed': CHANGES_TO_XEN,
      ...tools.versions,
    },
  };
}

async function fetchPackagedXen(
  cache: Cache,
  apt: PrivateApt,
  resolution: Resolution,
  _progress: Progress,
  signal: AbortSignal | undefined,
): Promise<XenFromArchive> {
  const { metaTarget } = resolution;
  const tools = await fetchTools(cache, apt, resolution, signal);
  return {
    xen: await cache.entry(packagesRecipe('xen-package', apt, [metaTarget]), signal),
    packages: tools.packages,
    versions: { [metaTarget.name]: metaTarget.version, ...tools.versions },
  };
}

async function fetchDeviceModel(
  cache: Cache,
  apt: PrivateApt,
  { packages }: PackageResolution,
  _progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Pick<XenFromArchive, 'packages' | 'versions'>> {
  const entry = await cache.entry(packagesRecipe('device-model-packages', apt, packages), signal);
  const named = packages.filter(({ name }) => /^(qemu-system-xen|seabios)$/.test(name));
  return {
    packages: entry,
    versions: Object.fromEntries(named.map(({ name, version }) => [name, version])),
  };
}

async function fetchTools(
  cache: Cache,
  apt: PrivateApt,
  { packages }: Resolution,
  signal: AbortSignal | undefined,
): Promise<Pick<XenFromArchive, 'packages' | 'versions'>> {
  return {
    packages: await cache.entry(packagesRecipe('dom0-packages', apt, packages), signal),
    versions: {
      'xen-utils': packages.find(({ name }) => name.startsWith('xen-utils'))?.version ?? '',
    },
  };
}

/** The first candidate that is cached, else the first that the archive gives. */
async function fetchSource(
  cache: Cache,
  apt: PrivateApt,
  candidates: readonly ResolvedSource[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ entry: Entry; version: string }> {
  for (const candidate of candidates) {
    const entry = await cache.peek(sourceRecipe(apt, candidate));
    if (entry !== undefined) return { entry, version: candidate.version };
  }
  let failure: unknown;
  for (const candidate of candidates) {
    try {
      const entry = await cache.entry(sourceRecipe(apt, candidate), signal);
      return { entry, version: candidate.version };
    } catch (error) {
      if (!(error instanceof UserError) || signal?.aborted) throw error;
      failure = error;
      progress.warn(`${firstLine(error)}: trying another version`);
    }
  }
  throw failure ?? new UserError("the archives list no version of Xen's source");
}
