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
import { compiledBy, demandModules } from './kbuild.ts';

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
  resolution: Resolution;
  /** Entry of the package of the kernel that is booted; asked for only when Linux is unpacked. */
  kernelPackage(): Promise<Entry>;
}

async function untar(archive: string, folder: string, signal: AbortSignal | undefined) {
  await mkdir(folder, { recursive: true });
  await command('tar', ['-xf', archive, '-C', folder, '--strip-components=1'], { signal });
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
function linuxTree({ apt, resolution, kernelPackage }: TreeOrigins): SourceTree {
  const { name, version, file } = resolution.metaTarget;
  const series = /^linux-image-(\d+\.\d+)\./.exec(name)?.[1] ?? '';
  const source = `linux-source-${series}`;
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
      await untar(join(outer, 'usr/src', `${source}.tar.xz`), tree, signal);
      await rm(outer, { recursive: true });
      return tree;
    },
    async files(set, tree, { scratch, signal, progress }) {
      if (set === 'all') return filesBelow(tree);
      const entry = await kernelPackage();
      const [deb = ''] = Object.keys(entry.manifest.files);
      const facts = await unpackKernelFacts(fileOf(entry, deb), join(scratch, 'kernel-facts'));
      const compiled = await compiledBy(tree, facts.config, {
        signal,
        onDirectory: (n) => progress.detail(`what the configuration compiles: ${n} directories`),
      });
      demandModules(compiled, await readFile(facts.order, 'utf8'));
      return compiled[set];
    },
  };
}

/** A source package, as its authors released it, without Debian's patches. */
function sourcePackage(apt: PrivateApt, name: string, version: string): SourceTree {
  return {
    origin: `${name} ${version} (source package)`,
    inputs: { source: name, version },
    async unpack({ scratch, signal, progress }) {
      const args = ['source', '--print-uris', '--download-only', '--only-source'];
      const printed = await apt.run('apt-get', [...args, `${name}=${version}`], { signal });
      const files = parsePrintedUris(printed.stdout);
      progress.detail(`downloading the source of ${name} ${version}`);
      await downloadSource(apt, { name, version, files }, scratch, signal);
      const archive = (await readdir(scratch)).find((file) => /\.orig\.tar\.\w+$/.test(file));
      if (archive === undefined) throw new UserError(`the source of ${name} has no tarball`);
      const tree = join(scratch, name);
      await untar(join(scratch, archive), tree, signal);
      return tree;
    },
    files: (_set, tree) => filesBelow(tree),
  };
}

/** Version of a binary package that Dom0 is made of. */
function versionOf({ packages }: Resolution, name: string): string {
  const found = packages.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`Dom0 has no package ${name}`);
  return found.version;
}

/** The tree of that name. Nothing is fetched before it is unpacked. */
export function sourceTree(name: TreeName, origins: TreeOrigins): SourceTree {
  const { apt, resolution } = origins;
  switch (name) {
    case 'linux':
      return linuxTree(origins);
    case 'xen':
      return sourcePackage(apt, 'xen', versionOf(resolution, 'libxencall1'));
    case 'glibc':
      return sourcePackage(apt, 'glibc', versionOf(resolution, 'libc6'));
  }
}
