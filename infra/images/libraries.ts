/**
 * Finds the shared libraries that programs need, in a tree of unpacked packages, so that an initramfs
 * carries those and no others.
 */
import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Tools } from '../tools/tools.ts';

/** Debian's library folders on amd64, in the loader's order. */
const FOLDERS = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu', 'lib64', 'usr/lib64'];

/**
 * All libraries that the programs need, directly and through each other.
 * @param tools read them
 * @param tree folder of the unpacked packages.
 * @param programs paths relative to the tree.
 * @param dlopened names of libraries that are loaded by name at run time.
 * @returns real files by the name under which they are looked for (their SONAME).
 * @throws UserError when a library is in none of the packages.
 */
export async function librariesOf(
  tools: Pick<Tools, 'run'>,
  tree: string,
  programs: readonly string[],
  dlopened: readonly string[] = [],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const queue = programs.map((program) => join(tree, program));
  for (const name of dlopened) queue.push(await locate(tree, name, found, 'run time'));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const name of await needed(tools, path)) {
      if (!found.has(name)) queue.push(await locate(tree, name, found, basename(path)));
    }
  }
  return found;
}

async function locate(
  tree: string,
  name: string,
  found: Map<string, string>,
  wantedBy: string,
): Promise<string> {
  for (const folder of FOLDERS) {
    const path = join(tree, folder, name);
    if (await stat(path).catch(() => undefined)) {
      const real = await realpath(path);
      found.set(name, real);
      return real;
    }
  }
  throw new UserError(`${name}, which ${wantedBy} needs, is in none of the images' packages`, {
    advice: 'add the package that has it to the list of packages that the tree is unpacked from',
  });
}

/** Names after NEEDED in a file's dynamic section, and the loader itself. */
async function needed(tools: Pick<Tools, 'run'>, path: string): Promise<string[]> {
  const args = ['--wide', '--dynamic', '--program-headers', path];
  const { stdout } = await tools.run('readelf', args);
  const names = [...stdout.matchAll(/\(NEEDED\).*\[([^\]]+)\]/g)].map((match) => match[1] ?? '');
  const loader = /program interpreter: [^\]]*\/([^\]/]+)\]/.exec(stdout)?.[1];
  return loader === undefined ? names : [...names, loader];
}
