/**
 * Source trees of what Dom0 runs: Debian's packages of the very versions that are booted.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { downloadPackages, downloadSource } from '../apt/download.ts';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { Resolution } from '../apt/resolve.ts';
import { parsePrintedUris } from '../apt/uris.ts';
import { type BuildContext, type Entry, fileOf } from '../cache/cache.ts';
import { filesBelow } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { command } from '../process/command.ts';
import type { Tools } from '../tools/tools.ts';
import { type Compiled, compiledBy, demandModules } from './kbuild.ts';

/** Trees that can be counted. */
export const TREES = ['linux', 'xen', 'glibc'] as const;

/** One of them. */
export type TreeName = (typeof TREES)[number];

/** Files of a tree: all of them, or those that the kernel's configuration compiles. */
export type FileSet = 'all' | 'builtin' | 'modules';

/** A tree of one version, not yet there. */
export interface SourceTree {
  /** Package and version: `linux-source-6.1 6.1.192-2`. */
  origin: string;
  /** Everything that decides what its files are, by name. */
  inputs: Record<string, string>;
  /** Unpacks it. @returns the tree's folder below `scratch` */
  unpack(context: BuildContext): Promise<string>;
  /** Files of a set, relative to the unpacked tree. */
  files(set: FileSet, tree: string, context: BuildContext): Promise<string[]>;
}

/** What trees are made from. */
export interface TreeOrigins {
  apt: PrivateApt;
  /** Unpack the sources, and read the kernel's Makefiles. */
  tools(): Promise<Tools>;
  resolution: Resolution;
  /** Entry of the package of the kernel that is booted; asked for only when Linux is unpacked. */
  kernelPackage(): Promise<Entry>;
  /**
   * The source that the hypervisor is built from. Its libraries stand for those of Dom0's packages,
   * which can be of a later version that the archives list and do not give.
   */
  xenSource: { version: string; entry(): Promise<Entry> };
}

async function untar(
  tools: Tools,
  archive: string,
  folder: string,
  signal: AbortSignal | undefined,
) {
  await mkdir(folder, { recursive: true });
  const options = ['--no-same-owner', '--strip-components=1'];
  await tools.run('tar', ['-xf', archive, '-C', folder, ...options], { signal });
}

/** Kernel configuration and list of modules, out of the package of the kernel. */
async function unpackKernelFacts(deb: string, folder: string) {
  await mkdir(folder, { recursive: true });
  await execa('dpkg-deb', ['--fsys-tarfile', deb], { buffer: false }).pipe('tar', [
    ...['-x', '-C', folder, '--wildcards', './boot/config-*', '*/modules.order'],
  ]);
  const files = await filesBelow(folder);
  const config = files.find((path) => path.startsWith('boot/config-'));
  const order = files.find((path) => path.endsWith('/modules.order'));
  if (config === undefined || order === undefined) {
    throw new UserError(`${deb} has no configuration, or no list of modules`);
  }
  return { config: join(folder, config), order: join(folder, order) };
}

/** Linux, from linux-source of the version of the kernel that is booted. */
function linuxTree({ apt, tools, resolution, kernelPackage }: TreeOrigins): SourceTree {
  const { name, version, file } = resolution.metaTarget;
  const series = /^linux-image-(\d+\.\d+)\./.exec(name)?.[1] ?? '';
  const source = `linux-source-${series}`;
  let compiled: Promise<Compiled> | undefined;
  const compile = async (tree: string, { scratch, signal, progress }: BuildContext) => {
    const entry = await kernelPackage();
    const [deb = ''] = Object.keys(entry.manifest.files);
    const facts = await unpackKernelFacts(fileOf(entry, deb), join(scratch, 'kernel-facts'));
    const found = await compiledBy(await tools(), tree, facts.config, {
      signal,
      onDirectory: (n) => progress.detail(`what the configuration compiles: ${n} directories`),
    });
    demandModules(found, await readFile(facts.order, 'utf8'));
    return found;
  };
  return {
    origin: `${source} ${version}`,
    inputs: { source, version, configuration: file.sha256 },
    async unpack({ scratch, signal, progress }) {
      const printed = await apt.run(
        'apt-get',
        ['download', '--print-uris', `${source}=${version}`],
        { signal },
      );
      const [uri] = parsePrintedUris(printed.stdout);
      if (uri === undefined) throw new UserError(`the archives do not list ${source} ${version}`);
      progress.detail(`downloading ${source} (${(uri.size / 1e6).toFixed(0)} MB)`);
      await downloadPackages(apt, [{ name: source, version, file: uri }], scratch, signal);
      const outer = join(scratch, 'package');
      await command('dpkg-deb', ['--extract', join(scratch, uri.name), outer], { signal });
      const tree = join(scratch, 'linux');
      progress.detail(`unpacking ${source}`);
      await untar(await tools(), join(outer, 'usr/src', `${source}.tar.xz`), tree, signal);
      await rm(outer, { recursive: true });
      return tree;
    },
    async files(set, tree, context) {
      if (set === 'all') return filesBelow(tree);
      compiled ??= compile(tree, context);
      return (await compiled)[set];
    },
  };
}

/**
 * A source package, as its authors released it, without Debian's patches.
 * @param fetch gives the folder of its files
 */
function sourcePackage(
  name: string,
  version: string,
  tools: TreeOrigins['tools'],
  fetch: (context: BuildContext) => Promise<string>,
): SourceTree {
  return {
    origin: `${name} ${version} (source package)`,
    inputs: { source: name, version },
    async unpack(context) {
      context.progress.detail(`fetching the source of ${name} ${version}`);
      const folder = await fetch(context);
      const archive = (await readdir(folder)).find((file) => /\.orig\.tar\.\w+$/.test(file));
      if (archive === undefined) throw new UserError(`the source of ${name} has no tarball`);
      const tree = join(context.scratch, name);
      await untar(await tools(), join(folder, archive), tree, context.signal);
      return tree;
    },
    files: (_set, tree) => filesBelow(tree),
  };
}

/** Downloads a source package. @returns the folder of its files */
async function download(
  apt: PrivateApt,
  name: string,
  version: string,
  { scratch, signal }: BuildContext,
): Promise<string> {
  const args = ['source', '--print-uris', '--download-only', '--only-source'];
  const printed = await apt.run('apt-get', [...args, `${name}=${version}`], { signal });
  const files = parsePrintedUris(printed.stdout);
  await downloadSource(apt, { name, version, files }, scratch, signal);
  return scratch;
}

/** Version of a binary package that Dom0 is made of. */
function versionOf({ packages }: Resolution, name: string): string {
  const found = packages.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`Dom0 has no package ${name}`);
  return found.version;
}

/** The tree of that name. Nothing is fetched before it is unpacked. */
export function sourceTree(name: TreeName, origins: TreeOrigins): SourceTree {
  const { apt, tools, resolution, xenSource } = origins;
  const glibc = versionOf(resolution, 'libc6');
  switch (name) {
    case 'linux':
      return linuxTree(origins);
    case 'xen':
      return sourcePackage(
        'xen',
        xenSource.version,
        tools,
        async () => (await xenSource.entry()).path,
      );
    case 'glibc':
      return sourcePackage('glibc', glibc, tools, (context) =>
        download(apt, 'glibc', glibc, context),
      );
  }
}
