/**
 * What native/ builds: the Dom0 introspector, the Mini-OS domain's image and the target's init, and
 * around the last the target's initramfs.
 *
 * The entry has `introspector`, `minios.gz`, `minios.elf` with its symbols, `target-init`,
 * `target-initramfs`, `linux-domain-init`, `probe`, `reseed`, `attendant`, and `linked.json`: what both
 * introspectors were made of, as type `LinkedPrograms`.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cache, Recipe } from '../cache/cache.ts';
import { hashFolder } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { findTools, inputsOf, type Tools } from '../tools/tools.ts';
import { cpio } from './cpio.ts';
import { type Linked, linkedInto } from './linked.ts';

const RECIPE_VERSION = '2';

/** Folder of the C sources. */
export const NATIVE_FOLDER = fileURLToPath(new URL('../../native/', import.meta.url));

/** Its version goes into the binaries. */
const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

const PRODUCTS = [
  'introspector',
  'minios.gz',
  'target-init',
  'linux-domain-init',
  'probe',
  'reseed',
  'attendant',
];

/** What each introspector was made of. */
export type LinkedPrograms = Record<'introspector' | 'minios', Linked>;

/**
 * Has native/ make some of its products, from a copy of it: tools in a root of their own see the cache alone.
 * @param folder an empty one below the cache, which gets the copy in `native` and the products in `out`
 * @throws UserError with the compiler's complaints
 */
export async function makeNative(
  tools: Pick<Tools, 'run'>,
  products: readonly string[],
  folder: string,
  { slowdown, signal }: { slowdown: number; signal: AbortSignal | undefined },
): Promise<{ source: string; out: string }> {
  const [source, out] = [join(folder, 'native'), join(folder, 'out')];
  await cp(NATIVE_FOLDER, source, { recursive: true });
  await cp(PACKAGE, join(folder, basename(PACKAGE)));
  const args = ['-C', source, `-j${availableParallelism()}`, `OUT=${out}`];
  await tools.run('make', [...args, `SEEDED_SLOWDOWN=${slowdown}`, ...products], { signal });
  return { source, out };
}

/** What this machine builds with; the reason when it cannot. */
export async function buildTools(cache: Cache, signal?: AbortSignal): Promise<Tools | UserError> {
  try {
    return await findTools(cache, signal);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/**
 * What native/ is built from, whatever it is built with.
 * @param slowdown instructions that each page costs more, on purpose: native/include/tvmi.h.
 */
export async function nativeSources(slowdown = 0): Promise<Record<string, string>> {
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string };
  return {
    sources: await hashFolder(NATIVE_FOLDER, (path) => path.startsWith('build/')),
    version,
    ...(slowdown > 0 ? { slowdown: String(slowdown) } : {}),
    recipe: RECIPE_VERSION,
  };
}

/** How to build native/. */
export async function nativeRecipe(tools: Tools, slowdown = 0): Promise<Recipe> {
  return {
    name: 'native',
    doing: 'building the introspectors and the target',
    inputs: { ...(await nativeSources(slowdown)), ...inputsOf(tools, 'compiler', 'headers') },
    async build(out, { scratch, signal }) {
      const made = await makeNative(tools, PRODUCTS, scratch, { slowdown, signal });
      for (const name of [...PRODUCTS, 'minios.elf']) {
        await cp(join(made.out, name), join(out, name));
      }
      const linked: LinkedPrograms = {
        introspector: await linkedInto(tools, made.source, join(made.out, 'introspector.map')),
        minios: await linkedInto(tools, made.source, join(made.out, 'minios.elf.map')),
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
