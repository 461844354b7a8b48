/**
 * What a program of native/ is made of, as its own build says it: the linker's map names the objects,
 * and the compiler's dependency output of each object (gcc -MD) names the files that it read.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { hashFile } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import type { Tools } from '../tools/tools.ts';

/** A file, by its path: below native/ relative to the repository, otherwise absolute. */
export interface LinkedFile {
  path: string;
  /** SHA-256, hex. */
  sha256: string;
}

/** Sources, headers and shared libraries of one program. */
export interface Linked {
  files: LinkedFile[];
  /** Libraries that the linker loaded, by absolute path. */
  libraries: string[];
}

/** Files that the linker loaded, from its map, in their order. */
export function loadedFiles(map: string): string[] {
  return [...map.matchAll(/^LOAD (\S+)$/gm)].map((match) => match[1] as string);
}

/** Prerequisites in the first rule of a dependency file; the others are there for deleted headers. */
export function prerequisites(rule: string): string[] {
  const [first = ''] = rule.replaceAll('\\\n', ' ').split('\n');
  return first
    .slice(first.indexOf(':') + 1)
    .split(' ')
    .filter((word) => word !== '');
}

/** What a map names; of an object that was linked out of others, those. */
async function loadedInto(map: string): Promise<string[]> {
  const loaded: string[] = [];
  for (const path of loadedFiles(await readFile(map, 'utf8'))) {
    const inner = await readFile(`${path}.map`, 'utf8').catch(() => undefined);
    loaded.push(...(inner === undefined ? [path] : loadedFiles(inner)));
  }
  return loaded;
}

/**
 * What a program was made of.
 * @param tools those that made it
 * @param folder the copy of native/ where the build ran
 * @param map the linker's map of the program, absolute
 * @throws UserError when an object's dependencies are not there
 */
export async function linkedInto(
  tools: Pick<Tools, 'locate'>,
  folder: string,
  map: string,
): Promise<Linked> {
  const loaded = await loadedInto(map);
  const objects = loaded.filter((path) => path.startsWith(join(dirname(map), 'objects/')));
  if (objects.length === 0) throw new UserError(`${map} names no object of native/`);
  const read = new Set<string>();
  for (const object of objects) {
    for (const path of prerequisites(await readFile(object.replace(/\.o$/, '.d'), 'utf8'))) {
      read.add(resolve(folder, path));
    }
  }
  const files: LinkedFile[] = [];
  for (const path of [...read].sort()) {
    const below = relative(folder, path);
    const name = below.startsWith('..') ? path : join('native', below);
    files.push({ path: name, sha256: await hashFile(await tools.locate(path)) });
  }
  return {
    files,
    libraries: loaded
      .filter((path) => /\.so(\.|$)/.test(path))
      .map((path) => resolve(path))
      .sort(),
  };
}
