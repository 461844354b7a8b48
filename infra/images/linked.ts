/**
 * What a program of native/ is made of, as its own build says it: the linker's map names the objects of
 * which something is in the program, and the compiler's dependency output of each object (gcc -MD)
 * names the files that it read.
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

/** Where a map tells of what is in the program, after what was thrown out of it (--gc-sections). */
const MEMORY_MAP = '\nLinker script and memory map\n';

/** Of an input section: its name, often on a line of its own, address, size and object. */
const INPUT_SECTION = /^ \S+\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$/gm;

/**
 * Objects of which a section is in the program, from the linker's map, each once. A section without an
 * address, as debugging information is, is not in what runs.
 */
export function objectsIn(map: string): string[] {
  const memory = map.slice(map.indexOf(MEMORY_MAP) + MEMORY_MAP.length);
  const placed = [...memory.matchAll(INPUT_SECTION)].filter(
    ([, address, size]) => !/^0+$/.test(address as string) && !/^0+$/.test(size as string),
  );
  return [...new Set(placed.map(([, , , object]) => object as string))];
}

/**
 * What a program was made of.
 * @param tools those that made it
 * @param folder the copy of native/ where the build ran
 * @param map the linker's map of the program, absolute
 * @param scripts scripts that the linker was given, relative to the folder: its map does not name them
 * @throws UserError when an object's dependencies are not there
 */
export async function linkedInto(
  tools: Pick<Tools, 'locate'>,
  folder: string,
  map: string,
  scripts: readonly string[] = [],
): Promise<Linked> {
  const text = await readFile(map, 'utf8');
  const objects = objectsIn(text).filter((path) => path.startsWith(join(dirname(map), 'objects/')));
  if (objects.length === 0) throw new UserError(`${map} names no object of native/`);
  const read = new Set(scripts.map((path) => resolve(folder, path)));
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
    libraries: loadedFiles(text)
      .filter((path) => /\.so(\.|$)/.test(path))
      .map((path) => resolve(path))
      .sort(),
  };
}
