/**
 * Initramfs of a Linux domain that does what the Mini-OS domain does: the introspector as its only
 * process, and the module that lets it make hypercalls.
 *
 * The entry has `initramfs`. It is not compressed, as Dom0's is not.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { cpio } from './cpio.ts';
import { DOMU_MODULE } from './kernel.ts';

const RECIPE_VERSION = '1';

/**
 * How to build it.
 * @param native the entry of what native/ builds.
 * @param kernel the entry of the kernel.
 */
export function linuxDomainRecipe(native: Entry, kernel: Entry): Recipe {
  return {
    name: 'linux-domain',
    doing: "building the Linux domain's initramfs",
    inputs: { native: native.key, kernel: kernel.key, recipe: RECIPE_VERSION },
    async build(out) {
      const file = async (path: string, source: string, mode: number) => ({
        kind: 'file' as const,
        path,
        mode,
        data: await readFile(source),
      });
      const initramfs = cpio([
        { kind: 'folder', path: 'dev', mode: 0o755 },
        { kind: 'folder', path: 'sys', mode: 0o755 },
        { kind: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
        await file('init', fileOf(native, 'linux-domain-init'), 0o755),
        await file(`${DOMU_MODULE}.ko`, fileOf(kernel, `modules/${DOMU_MODULE}.ko`), 0o644),
      ]);
      await writeFile(join(out, 'initramfs'), initramfs);
    },
  };
}
