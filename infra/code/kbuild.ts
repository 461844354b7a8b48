/**
 * What a configuration of Linux compiles, found by Kbuild's own rules, directory by directory
 * (kbuild.mk), as the kernel's documentation describes them (Documentation/kbuild/makefiles.rst).
 *
 * The set of modules that comes out has to be that of the package whose configuration it is
 * (modules.order): otherwise it is an error. Left out are files that the build itself makes, the code of
 * the vDSO, of the real-mode trampoline and of the decompressor, and every header.
 */
import { cp, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Tools } from '../tools/tools.ts';

const RULES = fileURLToPath(new URL('kbuild.mk', import.meta.url));

/** Where the architecture's Makefile names directories for the top one. */
const ARCH_LINES = /^(core|drivers|libs)-\S+\s*[:+]?=.*$/gm;

/** Sources by what they are compiled into, relative to the tree; modules by their name in the package. */
export interface Compiled {
  builtin: string[];
  modules: string[];
  ko: string[];
  /** Objects without a source in the tree: the build makes it. */
  generated: string[];
}

/** A directory, and whether it is entered for the kernel or for modules alone. */
interface Visit {
  directory: string;
  builtin: boolean;
}

const KINDS = ['builtin', 'module', 'library', 'ko', 'enter', 'enter-module'] as const;

/** What a directory says that it builds, by kind. */
type Said = Record<(typeof KINDS)[number], string[]>;

/** Reads what kbuild.mk printed. @throws UserError for a line that is none of its own */
export function parseSaid(output: string): Said {
  const said = Object.fromEntries(KINDS.map((kind) => [kind, [] as string[]])) as Said;
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const [kind = '', word = ''] = line.split(' ');
    const list = said[kind as keyof Said];
    if (list === undefined || word === '') throw new UserError(`Kbuild says: ${line}`);
    list.push(normalize(word));
  }
  return said;
}

/** Rules of the architecture for the top directory, as a makefile. */
function archDirectories(makefile: string): string {
  return [
    'libs-y := lib/',
    ...(makefile.match(ARCH_LINES) ?? []),
    'ARCH_CORE := $(core-y)',
    'ARCH_LIB := $(filter %/,$(libs-y))',
    'ARCH_DRIVERS := $(drivers-y) $(drivers-m)',
  ].join('\n');
}

async function sourceOf(tree: string, object: string): Promise<string | undefined> {
  for (const suffix of ['.c', '.S']) {
    const path = object.replace(/\.o$/, suffix);
    if ((await stat(join(tree, path)).catch(() => undefined)) !== undefined) return path;
  }
  return undefined;
}

/** Sources of objects, sorted; objects that have none go to `generated`. */
async function sourcesOf(tree: string, objects: ReadonlySet<string>, generated: string[]) {
  const sources = new Set<string>();
  for (const object of objects) {
    const source = await sourceOf(tree, object);
    if (source === undefined) generated.push(object);
    else sources.add(source);
  }
  return [...sources].sort();
}

/**
 * Finds out what a configuration compiles.
 * @param tools whose `make` reads the rules
 * @param tree the unpacked source, of the version that the configuration is of
 * @param config absolute path of the .config, in whose folder the rules are put too
 * @throws UserError when a Makefile cannot be read
 */
export async function compiledBy(
  tools: Pick<Tools, 'run'>,
  tree: string,
  config: string,
  { signal, onDirectory }: { signal?: AbortSignal | undefined; onDirectory?: (n: number) => void },
): Promise<Compiled> {
  const arch = archDirectories(await readFile(join(tree, 'arch/x86/Makefile'), 'utf8'));
  const rules = join(dirname(config), basename(RULES));
  await cp(RULES, rules);
  const folders = [tree, dirname(config)];
  const ask = async ({ directory }: Visit) => {
    const args = ['-srRf', rules, `CONFIG=${config}`, `obj=${directory}`, 'print'];
    const env = { ARCH_DIRECTORIES: arch };
    return parseSaid((await tools.run('make', args, { cwd: tree, env, folders, signal })).stdout);
  };
  const objects = { builtin: new Set<string>(), modules: new Set<string>(), ko: new Set<string>() };
  const entered = new Map<string, boolean>();
  const waiting: Visit[] = [{ directory: '.', builtin: true }];
  const enter = (parent: string, names: readonly string[], builtin: boolean) => {
    for (const directory of names.map((name) => normalize(join(parent, name)))) {
      const before = entered.get(directory);
      if (before === true || before === builtin) continue;
      entered.set(directory, builtin);
      waiting.push({ directory, builtin });
    }
  };
  while (waiting.length > 0) {
    const visits = waiting.splice(0, availableParallelism() + 1);
    const all = await Promise.all(visits.map(ask));
    for (const [i, said] of all.entries()) {
      const { directory, builtin } = visits[i] as Visit;
      if (builtin) for (const path of [...said.builtin, ...said.library]) objects.builtin.add(path);
      for (const path of said.module) objects.modules.add(path);
      for (const path of said.ko) objects.ko.add(path);
      enter(directory, said.enter, builtin);
      enter(directory, said['enter-module'], false);
    }
    onDirectory?.(entered.size);
  }
  const generated: string[] = [];
  return {
    builtin: await sourcesOf(tree, objects.builtin, generated),
    modules: await sourcesOf(tree, objects.modules, generated),
    ko: [...objects.ko].sort(),
    generated: generated.sort(),
  };
}

/**
 * Holds what was found to the package's own list of modules.
 * @param order modules.order of the package: one path below kernel/ a line
 * @throws UserError that names a module that only one side has
 */
export function demandModules({ ko }: Compiled, order: string): void {
  const shipped = order
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^kernel\//, ''));
  const found = new Set(ko);
  const lacking = shipped.filter((path) => !found.has(path));
  const ours = new Set(shipped);
  const extra = ko.filter((path) => !ours.has(path));
  const [first] = [...lacking, ...extra];
  if (first === undefined) return;
  throw new UserError(
    `What Linux compiles was found wrong: ${lacking.length} modules of the package are not in it, ${extra.length} are not in the package, among them ${first}.`,
    { advice: "Count a version of Linux whose Makefiles are read right: Debian 12's 6.1." },
  );
}
