/**
 * Debian's kernel, for Dom0 and for Linux guests, with the few modules that Dom0 loads.
 *
 * The entry has `vmlinux`, `vmlinux-whole` and `modules/*.ko`. The kernel is taken out of its compressed
 * image here: Xen and xl would do it in emulation, at every boot and for every guest, for billions of
 * instructions. `vmlinux-whole` is what came out; `vmlinux`, which is booted, loads the same memory from
 * half the bytes (elf-image.ts).
 *
 * HVM guests alone are given it as it comes: QEMU starts no other.
 */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Cache, type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { filesBelow } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import type { Tools } from '../tools/tools.ts';
import { bootParts, compressedKernel } from './bzimage.ts';
import { decompressFile, SUFFIXES } from './compression.ts';
import { loadableImage } from './elf-image.ts';

const RECIPE_VERSION = '3';

/** Modules of Dom0: Xen's interfaces for the toolstack, and the emulated network card. */
export const DOM0_MODULES = [
  'xen-privcmd',
  'xen-evtchn',
  'xen-gntdev',
  'xen-gntalloc',
  'xenfs',
  'vmxnet3',
] as const;

/** Module of Linux domains that make hypercalls, one of Dom0's. */
export const DOMU_MODULE = 'xen-privcmd' satisfies (typeof DOM0_MODULES)[number];

/** The kernel as Debian built it, with its sections, for who sizes it. */
export const WHOLE_KERNEL = 'vmlinux-whole';

/** What the kernel's entry is made with, besides a package. */
const MADE_WITH = { modules: DOM0_MODULES.join(' '), recipe: RECIPE_VERSION };

/** Name and inputs of the kernel's entry. @param packageKey key of the entry of its package */
export function kernelIdentity(packageKey: string): Pick<Recipe, 'name' | 'inputs'> {
  return { name: 'kernel', inputs: { package: packageKey, ...MADE_WITH } };
}

/** The newest kernel in a cache, of whatever package. */
export function anyKernel(cache: Cache): Promise<Entry | undefined> {
  const wanted = Object.entries(MADE_WITH);
  return cache.find('kernel', (inputs) => wanted.every(([name, value]) => inputs[name] === value));
}

/**
 * Package and version of a kernel, as Debian writes both into its banner
 * (`Linux version 6.1.0-1-amd64 … Debian 6.1.1-1 …`).
 * @throws UserError for a file without a banner of Debian's
 */
export function kernelPackage(vmlinux: Uint8Array): { name: string; version: string } {
  const bytes = Buffer.from(vmlinux.buffer, vmlinux.byteOffset, vmlinux.byteLength);
  for (let at = 0; ; at++) {
    at = bytes.indexOf(BANNER, at);
    if (at < 0)
      throw new UserError("a cached kernel says nothing of its version: it is not Debian's");
    const banner = bytes.toString('latin1', at, at + LONGEST_BANNER);
    const [, release, version] =
      /^Linux version ([\w.+-]+) [^\0\n]* Debian (\S+) \(/.exec(banner) ?? [];
    if (release !== undefined && version !== undefined) {
      return { name: `linux-image-${release}`, version };
    }
  }
}

const BANNER = 'Linux version ';
const LONGEST_BANNER = 512;

/**
 * How to take the kernel out of its package for HVM guests: `vmlinuz`, as it comes, and the same in two
 * (`bootParts`), `vmlinuz-setup` and `vmlinuz-rest`. QEMU hands a kernel to Xen's guests byte by byte: Dom0
 * then executes 15 of the 21 billion instructions until such a guest reports. A file it writes into their
 * memory at once.
 */
export function hvmKernelRecipe(packageEntry: Entry): Recipe {
  return {
    name: 'hvm-kernel',
    doing: "unpacking Debian's kernel for HVM guests",
    inputs: { package: packageEntry.key, recipe: '1' },
    async build(out, { scratch, signal }) {
      const vmlinuz = await unpackKernel(packageEntry, [], scratch, signal);
      const { setup, rest } = bootParts(await readFile(vmlinuz));
      await cp(vmlinuz, join(out, 'vmlinuz'));
      await writeFile(join(out, 'vmlinuz-setup'), setup);
      await writeFile(join(out, 'vmlinuz-rest'), rest);
    },
  };
}

/** How to take the kernel out of its package, the one file of the entry given. */
export function kernelRecipe(packageEntry: Entry, tools: Tools): Recipe {
  return {
    ...kernelIdentity(packageEntry.key),
    doing: "unpacking Debian's kernel",
    async build(out, { scratch, signal }) {
      const modules = DOM0_MODULES.map((name) => `*/${name}.ko*`);
      const vmlinuz = await unpackKernel(packageEntry, modules, scratch, signal);
      const whole = await unpackedImage(tools, await readFile(vmlinuz), scratch, signal);
      await writeFile(join(out, WHOLE_KERNEL), whole);
      await writeFile(join(out, 'vmlinux'), loadableImage(whole));

      await mkdir(join(out, 'modules'));
      for (const name of DOM0_MODULES) {
        const path = await unpackedModule(tools, scratch, name, signal);
        await cp(path, join(out, 'modules', `${name}.ko`));
      }
    },
  };
}

/** The ELF file in a boot image. @param scratch a folder to unpack it in */
export async function unpackedImage(
  tools: Pick<Tools, 'run'>,
  vmlinuz: Uint8Array,
  scratch: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { stream, compression } = compressedKernel(vmlinuz);
  const path = join(scratch, `vmlinux${SUFFIXES[compression]}`);
  await writeFile(path, stream);
  await decompressFile(tools, path, compression, signal);
  return readFile(join(scratch, 'vmlinux'));
}

/** Path of a module below a folder, where it is decompressed if need be. */
export async function unpackedModule(
  tools: Pick<Tools, 'run'>,
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const files = await filesBelow(folder);
  const plain = (path: string) => path.endsWith(`/${name}.ko`);
  const found = files.find(plain);
  if (found !== undefined) return join(folder, found);
  for (const compression of ['xz', 'zstd'] as const) {
    const suffix = SUFFIXES[compression];
    const path = files.find(
      (file) => file.endsWith(suffix) && plain(file.slice(0, -suffix.length)),
    );
    if (path === undefined) continue;
    await decompressFile(tools, join(folder, path), compression, signal);
    return join(folder, path.slice(0, -suffix.length));
  }
  throw new UserError(`Debian's kernel has no module ${name}`);
}

/**
 * Unpacks the kernel and what matches the patterns, out of the one file of the entry, into a folder.
 * @returns the kernel's path
 */
async function unpackKernel(
  packageEntry: Entry,
  patterns: readonly string[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const [deb = ''] = Object.keys(packageEntry.manifest.files);
  const cancel = signal === undefined ? {} : { cancelSignal: signal };
  await execa('dpkg-deb', ['--fsys-tarfile', fileOf(packageEntry, deb)], {
    buffer: false,
    ...cancel,
  }).pipe('tar', ['-x', '-C', folder, '--wildcards', './boot/vmlinuz-*', ...patterns], cancel);
  const [vmlinuz] = await readdir(join(folder, 'boot'));
  if (vmlinuz === undefined) throw new UserError(`${deb} has no kernel`);
  return join(folder, 'boot', vmlinuz);
}
