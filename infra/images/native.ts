/**
 * What native/ builds: the Dom0 introspector, the Mini-OS domain's image and the target's init, and
 * around the last the target's initramfs.
 *
 * The entry has `introspector`, `minios.gz`, `minios.elf` with its symbols, `target-init`,
 * `target-initramfs`, `linux-domain-init`, `probe`, and `linked.json`: what both introspectors were made
 * of, as type `LinkedPrograms`.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recipe } from '../cache/cache.ts';
import { hashFolder } from '../cache/hash.ts';
import { command } from '../process/command.ts';
import { dyingWithUs } from '../process/death.ts';
import { cpio } from './cpio.ts';
import { type Linked, linkedInto } from './linked.ts';

const RECIPE_VERSION = '2';

/** Folder of the C sources. */
export const NATIVE_FOLDER = fileURLToPath(new URL('../../native/', import.meta.url));

/** Its version goes into the binaries. */
const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

const PRODUCTS = ['introspector', 'minios.gz', 'target-init', 'linux-domain-init', 'probe'];

/** What each introspector was made of. */
export type LinkedPrograms = Record<'introspector' | 'minios', Linked>;

/**
 * Has native/ make some of its products.
 * @throws UserError with the compiler's complaints
 */
export async function makeNative(
  products: readonly string[],
  { out, slowdown, signal }: { out: string; slowdown: number; signal: AbortSignal | undefined },
): Promise<void> {
  const args = ['-C', NATIVE_FOLDER, `-j${availableParallelism()}`, `OUT=${out}`];
  await command(
    ...dyingWithUs('make', [...args, `SEEDED_SLOWDOWN=${slowdown}`, ...products], 'TERM'),
    { signal },
  );
}

/**
 * How to build native/.
 * @param compiler the compiler's name and version.
 * @param slowdown instructions that each page costs more, on purpose: native/include/tvmi.h.
 */
export async function nativeRecipe(compiler: string, slowdown = 0): Promise<Recipe> {
  const headers = await command('dpkg-query', ['-W', 'libxen-dev', 'libc6-dev']);
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string };
  return {
    name: 'native',
    doing: 'building the introspectors and the target',
    inputs: {
      sources: await hashFolder(NATIVE_FOLDER, (path) => path.startsWith('build/')),
      version,
      compiler,
      headers: headers.stdout,
      ...(slowdown > 0 ? { slowdown: String(slowdown) } : {}),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      await makeNative(PRODUCTS, { out: scratch, slowdown, signal });
      for (const name of [...PRODUCTS, 'minios.elf']) {
        await cp(join(scratch, name), join(out, name));
      }
      const linked: LinkedPrograms = {
        introspector: await linkedInto(NATIVE_FOLDER, join(scratch, 'introspector.map')),
        minios: await linkedInto(NATIVE_FOLDER, join(scratch, 'minios.elf.map')),
      };
      await writeFile(join(out, 'linked.json'), `${JSON.stringify(linked, undefined, 2)}\n`);
      await writeFile(
        join(out, 'target-initramfs'),
        cpio([
          { kind: 'folder', path: 'dev', mode: 0o755 },
          { kind: 'folder', path: 'proc', mode: 0o755 },
          { kind: 'folder', path: 'sys', mode: 0o755 },
          { kind: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
          {
            kind: 'file',
            path: 'init',
            mode: 0o755,
            data: await readFile(join(out, 'target-init')),
          },
        ]),
      );
    },
  };
}
