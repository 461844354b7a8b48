/**
 * The Dom0 introspector with upstream LibVMI, where pkg-config finds one on this machine.
 *
 * The entry has the program and, beside it in one folder, the libraries that a Dom0 need not have:
 * LibVMI with what it links to, and Xen's xenstore library under the one name that LibVMI loads it by.
 */
import { cp, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Cache, Entry, Recipe } from '../cache/cache.ts';
import { fileOf, hashIn } from '../cache/cache.ts';
import { hashFile, hashFolder } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { command } from '../process/command.ts';
import { dyingWithUs } from '../process/death.ts';
import { hostCompiler, type Tools } from '../tools/tools.ts';
import { makeNative, NATIVE_FOLDER } from './native.ts';

const RECIPE_VERSION = '1';

/** Name of the program in the entry. */
export const LIBVMI_PROGRAM = 'libvmi-introspector';

/** Loaded by LibVMI with dlopen(), under a name that only packages for developers have. */
const XENSTORE = 'libxenstore.so';

/** Libraries that every Dom0 has by itself, in versions of its own: glibc and Xen's. */
const DOM0S_OWN = /^(ld-linux|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libxen|linux-vdso)/;

/** LibVMI is this machine's, and so is what it is linked with. */
const HOST: Pick<Tools, 'run'> = {
  run: (file, args, { folders: _folders, ...options } = {}) =>
    command(...dyingWithUs(file, args, 'TERM'), options),
};

/** An installed LibVMI. */
export interface Libvmi {
  version: string;
  /** Folder of its shared library. */
  folder: string;
}

/** The program and its libraries, by the names under which they are looked for. */
export interface LibvmiImages {
  /** Absolute paths. */
  files: Record<string, string>;
  hashes: Record<string, string>;
  facts: Record<string, string>;
}

/** What pkg-config finds; undefined when that is nothing. */
export async function findLibvmi(): Promise<Libvmi | undefined> {
  const ask = async (...args: string[]) =>
    (await command('pkg-config', [...args, 'libvmi'])).stdout.trim();
  try {
    return { version: await ask('--modversion'), folder: await ask('--variable=libdir') };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** What to do where there is none: LibVMI is in no distribution that we know of. */
export const WITHOUT_LIBVMI =
  'pkg-config finds no LibVMI on this machine: build it (https://github.com/libvmi/libvmi, with ENABLE_XEN), install it, and name the folder of its libvmi.pc in PKG_CONFIG_PATH';

/**
 * Makes sure that the program is built.
 * @throws UserError of kind `skipped` without a LibVMI; with the compiler's complaints otherwise
 */
export async function libvmiImages(
  cache: Cache,
  slowdown: number,
  signal?: AbortSignal,
): Promise<LibvmiImages> {
  const libvmi = await findLibvmi();
  if (libvmi === undefined) throw new UserError(`${WITHOUT_LIBVMI}.`, { kind: 'skipped' });
  const recipe = await libvmiRecipe(libvmi, await hostCompiler(), slowdown);
  const entry = await cache.entry(recipe, signal);
  const names = Object.keys(entry.manifest.files);
  return {
    files: Object.fromEntries(names.map((name) => [name, fileOf(entry, name)])),
    hashes: {
      'introspector-libvmi': hashIn(entry, LIBVMI_PROGRAM),
      libvmi: hashIn(entry, libvmiIn(entry)),
    },
    facts: { libvmi: `upstream ${libvmi.version}` },
  };
}

function libvmiIn({ manifest }: Entry): string {
  const found = Object.keys(manifest.files).find((name) => name.startsWith('libvmi.so'));
  if (found === undefined) throw new Error('an entry of LibVMI without its library');
  return found;
}

async function libvmiRecipe(
  { version, folder }: Libvmi,
  compiler: string,
  slowdown: number,
): Promise<Recipe> {
  return {
    name: 'libvmi-introspector',
    doing: 'building the Dom0 introspector with upstream LibVMI',
    inputs: {
      sources: await hashFolder(NATIVE_FOLDER, (path) => path.startsWith('build/')),
      libvmi: `${version} ${await hashFile(join(folder, 'libvmi.so'))}`,
      compiler,
      slowdown: String(slowdown),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      const { out: made } = await makeNative(HOST, ['introspector-libvmi'], scratch, {
        slowdown,
        signal,
      });
      const program = join(made, 'introspector-libvmi');
      await cp(program, join(out, LIBVMI_PROGRAM));
      for (const [name, path] of await librariesOf(program, folder)) {
        await cp(await realpath(path), join(out, name));
      }
    },
  };
}

/** Libraries of a program of this machine that a Dom0 need not have. */
async function librariesOf(program: string, folder: string): Promise<[string, string][]> {
  const { stdout } = await command('ldd', [program], { env: { LD_LIBRARY_PATH: folder } });
  const found = [...stdout.matchAll(/^\s*(\S+) => (\/\S+)/gm)].map(
    ([, name = '', path = '']): [string, string] => [name, path],
  );
  const missing = /^\s*(\S+) => not found/m.exec(stdout);
  if (missing !== null) {
    throw new UserError(`${missing[1]}, which LibVMI links to, is not on this machine`, {
      advice: 'install what LibVMI was built with',
    });
  }
  return [...found.filter(([name]) => !DOM0S_OWN.test(name)), [XENSTORE, await findXenstore()]];
}

/** The library of developers' packages, where the compiler looks for libraries. */
async function findXenstore(): Promise<string> {
  const { stdout } = await command('gcc', [`-print-file-name=${XENSTORE}`]);
  const path = stdout.trim();
  if (!isAbsolute(path)) {
    throw new UserError(`${XENSTORE}, which LibVMI loads, is not on this machine`, {
      advice: 'install libxen-dev',
    });
  }
  return path;
}
