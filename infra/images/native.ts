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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recipe } from '../cache/cache.ts';
import { hashFolder } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { command } from '../process/command.ts';
import { dyingWithUs } from '../process/death.ts';
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

/** What native/ is built with. */
export interface BuildTools {
  /** The compiler's name and version. */
  compiler: string;
  /** Packages of headers and libraries, with their versions. */
  headers: string;
}

/** Name and version of the C compiler. @throws UserError without one */
export async function compilerVersion(): Promise<string> {
  return (await command('gcc', ['--version'])).stdout.split('\n')[0] ?? 'gcc';
}

/** What this machine has to build with; the reason when that is not enough. */
export async function buildTools(): Promise<BuildTools | UserError> {
  try {
    const { stdout } = await command('dpkg-query', ['-W', 'libxen-dev', 'libc6-dev']);
    return { compiler: await compilerVersion(), headers: stdout };
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
export async function nativeRecipe(tools: BuildTools, slowdown = 0): Promise<Recipe> {
  return {
    name: 'native',
    doing: 'building the introspectors and the target',
    inputs: { ...(await nativeSources(slowdown)), ...tools },
    async build(out, { scratch, signal }) {
      await makeNative(PRODUCTS, { out: scratch, slowdown, signal });
      for (const name of [...PRODUCTS, 'minios.elf']) {
        await cp(join(scratch, name), join(out, name));
      }
      const linked: LinkedPrograms = {
        introspector: await linkedInto(NATIVE_FOLDER, join(scratch, 'introspector.map')),
        minios: await linkedInto(NATIVE_FOLDER, join(scratch, 'minios.elf.map'), [
          'minios/minios.lds',
        ]),
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
