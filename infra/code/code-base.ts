/**
 * The code that the arms run on: files of the suite's own build, sources of Debian's packages, and the
 * images that are booted.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrivateApt } from '../apt/private-apt.ts';
import { type Resolution, Resolver } from '../apt/resolve.ts';
import { Cache, type Entry, fileOf } from '../cache/cache.ts';
import { cacheRoot } from '../cache/root.ts';
import { UserError } from '../errors.ts';
import { packagesRecipe, sourceRecipe } from '../images/debs.ts';
import { PINNED_RELEASE, WISHES } from '../images/dom0-packages.ts';
import { nativeEntry } from '../images/images.ts';
import { kernelRecipe, WHOLE_KERNEL } from '../images/kernel.ts';
import type { LinkedFile } from '../images/linked.ts';
import type { LinkedPrograms } from '../images/native.ts';
import type { Progress } from '../testbed.ts';
import { findTools } from '../tools/tools.ts';
import { type CountedFile, countFiles } from './cloc.ts';
import { countsOf, type KnownCount, type Selection } from './counts.ts';
import {
  type CallSites,
  callSites,
  definedHypercalls,
  type ImageSize,
  imageSizes,
} from './objects.ts';
import { sourceTree, type TreeName, type TreeOrigins } from './trees.ts';

/** A file with its hash and its lines. */
export type HashedFile = CountedFile & { sha256: string };

/** What code can be counted. */
export interface CodeBase {
  /** Files that the build of a program of native/ read: sources and headers. */
  linked(program: keyof LinkedPrograms, signal?: AbortSignal): Promise<HashedFile[]>;
  /**
   * Lines of a source tree, of the version that Dom0 runs.
   * @throws UserError `skipped` when they are not known and are not to be counted now
   */
  counted(
    tree: TreeName,
    selections: readonly Selection[],
    options: { recount: boolean; signal?: AbortSignal },
  ): Promise<KnownCount>;
  /** Sizes of the image of the Mini-OS domain. */
  minios(signal?: AbortSignal): Promise<ImageSize & CallSites>;
  /** Sizes of Dom0's kernel and of those of its modules that are named. */
  dom0Kernel(
    modules: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ kernel: ImageSize; modules: ImageSize[] }>;
  /** Numbers of all hypercalls, as Xen's public header has them. */
  hypercalls(): Promise<number[]>;
}

/** Folder of the repository. */
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Of Debian's package libxen-dev. */
const XEN_HEADER = '/usr/include/xen/xen.h';

/** The code base of what this machine builds. */
export function createCodeBase(progress: Progress): CodeBase {
  return new CachedCodeBase(new Cache(cacheRoot(), progress), progress);
}

class CachedCodeBase implements CodeBase {
  readonly #cache: Cache;
  readonly #progress: Progress;
  #origins: Promise<TreeOrigins> | undefined;

  constructor(cache: Cache, progress: Progress) {
    this.#cache = cache;
    this.#progress = progress;
  }

  async linked(program: keyof LinkedPrograms, signal?: AbortSignal): Promise<HashedFile[]> {
    const entry = await nativeEntry(this.#cache, 0, signal);
    const text = await readFile(fileOf(entry, 'linked.json'), 'utf8');
    const { files } = (JSON.parse(text) as LinkedPrograms)[program];
    const tools = await findTools(this.#cache, signal);
    const named = new Map<string, LinkedFile>();
    for (const file of files) named.set(await tools.locate(file.path), file);
    const scratch = await mkdtemp(join(tmpdir(), 'tinyvmi-cloc-'));
    try {
      const counted = await countFiles([...named.keys()], { folder: REPOSITORY, scratch, signal });
      return counted.map((file) => ({ ...file, ...(named.get(file.path) as LinkedFile) }));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async counted(
    tree: TreeName,
    selections: readonly Selection[],
    options: { recount: boolean; signal?: AbortSignal },
  ): Promise<KnownCount> {
    const origins = await this.#treeOrigins(options.signal);
    return countsOf(this.#cache, tree, sourceTree(tree, origins), selections, options);
  }

  async minios(signal?: AbortSignal): Promise<ImageSize & CallSites> {
    const image = fileOf(await nativeEntry(this.#cache, 0, signal), 'minios.elf');
    const tools = await findTools(this.#cache, signal);
    const [size] = await imageSizes(tools, [image], signal);
    return { ...(size as ImageSize), ...(await callSites(tools, image, signal)) };
  }

  async dom0Kernel(names: readonly string[], signal?: AbortSignal) {
    const { kernelPackage } = await this.#treeOrigins(signal);
    const tools = await findTools(this.#cache, signal);
    const entry = await this.#cache.entry(kernelRecipe(await kernelPackage(), tools), signal);
    const files = names.map((name) => {
      const path = Object.keys(entry.manifest.files).find(
        (file) => file.replaceAll('-', '_') === `modules/${name.replaceAll('-', '_')}.ko`,
      );
      if (path === undefined) throw new UserError(`Dom0 has a module that is not ours: ${name}`);
      return fileOf(entry, path);
    });
    const [kernel, ...modules] = await imageSizes(
      tools,
      [fileOf(entry, WHOLE_KERNEL), ...files],
      signal,
    );
    return { kernel: kernel as ImageSize, modules };
  }

  async hypercalls(): Promise<number[]> {
    const tools = await findTools(this.#cache);
    return definedHypercalls(await readFile(await tools.locate(XEN_HEADER), 'utf8'));
  }

  #treeOrigins(signal: AbortSignal | undefined): Promise<TreeOrigins> {
    this.#origins ??= this.#resolve(signal);
    return this.#origins;
  }

  async #resolve(signal: AbortSignal | undefined): Promise<TreeOrigins> {
    const apt = await PrivateApt.open(this.#cache.root, PINNED_RELEASE);
    const resolution = await new Resolver(apt, this.#progress).resolve(WISHES, signal);
    const kernelPackage = (): Promise<Entry> =>
      this.#cache.entry(packagesRecipe('kernel-package', apt, [resolution.metaTarget]), signal);
    return {
      apt,
      tools: () => findTools(this.#cache, signal),
      resolution,
      kernelPackage,
      xenSource: await this.#xenSource(apt, resolution, signal),
    };
  }

  /** The version that the hypervisor is built from: the one that is there, else the preferred one. */
  async #xenSource(apt: PrivateApt, { sources }: Resolution, signal: AbortSignal | undefined) {
    let [chosen] = sources;
    for (const source of [...sources].reverse()) {
      if ((await this.#cache.peek(sourceRecipe(apt, source))) !== undefined) chosen = source;
    }
    if (chosen === undefined) throw new UserError("the archives list no version of Xen's source");
    const source = chosen;
    const entry = () => this.#cache.entry(sourceRecipe(apt, source), signal);
    return { version: source.version, entry };
  }
}
