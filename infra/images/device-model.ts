/**
 * What Dom0 needs to make HVM guests: hvmloader, which the toolstack puts into the guest, and the device
 * model (QEMU) with what that puts there, the guests' kernel included. An archive of its own, which follows
 * Dom0's initramfs where a run has such guests, so that every other Dom0 stays as small as it is.
 */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { command } from '../process/command.ts';
import type { EmulatedSeries } from '../testbed.ts';
import type { Tools } from '../tools/tools.ts';
import { cpio } from './cpio.ts';
import { dom0Libraries, fileMember } from './dom0.ts';
import { librariesOf } from './libraries.ts';

const RECIPE_VERSION = '1';

/** Where Debian's toolstack looks for the device model: the path is compiled in. */
const DEVICE_MODEL = 'usr/libexec/xen-qemu-system-i386';

/**
 * What it opens by name: SeaBIOS, the option ROM that boots a kernel without a disk (QEMU 7.2 the first, 10
 * the second), and a keymap, without which it does not start.
 */
const DATA = [
  'usr/share/qemu/keymaps/en-us',
  'usr/share/qemu/linuxboot.bin',
  'usr/share/qemu/linuxboot_dma.bin',
  'usr/share/seabios/bios-256k.bin',
] as const;

/** Absolute paths in Dom0 of the kernel of HVM guests, in two. */
export const DOM0_HVM_KERNEL = {
  image: '/images/vmlinuz-setup',
  rest: '/images/vmlinuz-rest',
} as const;

/**
 * How to build it: the file `archive`.
 * @param dom0Packages the entry of Dom0's packages, which have hvmloader, and the libraries that are there
 * @param packages the entry of the device model's packages
 * @param kernel the entry of the kernel for HVM guests
 * @param tools read what its programs need
 */
export function deviceModelRecipe(
  series: EmulatedSeries,
  dom0Packages: Entry,
  packages: Entry,
  kernel: Entry,
  tools: Tools,
): Recipe {
  const files = [`usr/lib/xen-${series}/boot/hvmloader`, ...DATA];
  return {
    name: 'device-model',
    doing: 'gathering what Dom0 needs to make HVM guests',
    inputs: {
      'dom0-packages': dom0Packages.key,
      packages: packages.key,
      kernel: kernel.key,
      files: [DEVICE_MODEL, ...files].join(' '),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      for (const entry of [packages, dom0Packages]) {
        for (const name of Object.keys(entry.manifest.files)) {
          await command('dpkg-deb', ['--extract', fileOf(entry, name), scratch], { signal });
        }
      }
      const there = await dom0Libraries(tools, series, scratch);
      const needed = await librariesOf(tools, scratch, [DEVICE_MODEL]);
      const libraries = [...needed].filter(([name]) => !there.has(name));
      const members = await Promise.all([
        fileMember(DEVICE_MODEL, join(scratch, DEVICE_MODEL), 0o755),
        ...files.map((path) => fileMember(path, join(scratch, path), 0o644)),
        ...Object.values(DOM0_HVM_KERNEL).map((path) =>
          fileMember(path.slice(1), fileOf(kernel, basename(path)), 0o644),
        ),
        ...libraries.map(([name, path]) => fileMember(`lib/${name}`, path, 0o755)),
      ]);
      await writeFile(join(out, 'archive'), cpio(members));
    },
  };
}
