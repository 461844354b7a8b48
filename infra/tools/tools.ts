/**
 * What images are built with: compiler, headers, linker and the rest of the pinned release, in a root of
 * their own, so that every machine builds the same. Where this machine lets nobody into such a root, its
 * own tools are used, and whoever asks is told so.
 */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { PackageResolution } from '../apt/resolve.ts';
import type { Cache, Entry, Recipe } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import { PINNED_RELEASE } from '../images/dom0-packages.ts';
import { fromArchive, rememberedFromArchive } from '../images/from-archive.ts';
import { type CommandOptions, type CommandOutput, command } from '../process/command.ts';
import { dyingWithUs } from '../process/death.ts';
import { bootId } from '../process/identity.ts';
import { BUILD_PACKAGES } from './packages.ts';
import { inRoot } from './sandbox.ts';
import { unpackPackages } from './unpack.ts';

const RECIPE_VERSION = '1';

/** Names that an installation would make by alternatives(5). */
const ALTERNATIVES = { cc: 'gcc', awk: 'mawk' } as const;

/** Versions of what images are built with. */
export interface ToolVersions {
  /** The compiler's name and version. */
  compiler: string;
  /** Packages of headers and libraries, with their versions. */
  headers: string;
  /** The policy compiler's. */
  checkpolicy: string;
}

/** How a tool is run. */
export type ToolOptions = Pick<CommandOptions, 'cwd' | 'env' | 'signal' | 'onLine'> & {
  /** Folders outside of the cache that it works in, absolute. */
  folders?: readonly string[];
};

/** Tools to build with. */
export interface Tools {
  /** Of the pinned release, or this machine's own. */
  kind: 'pinned' | 'host';
  /** Why they are this machine's own: what it said of the others. */
  why?: string;
  versions: ToolVersions;
  /**
   * Runs one to its end; it ends when we do.
   * @throws UserError as `command` does
   */
  run(file: string, args: readonly string[], options?: ToolOptions): Promise<CommandOutput>;
  /** Where on this machine a file is that the tools name by this path. */
  locate(path: string): Promise<string>;
}

/** What a recipe's key has of the tools. Those of this machine are named by their versions alone. */
export function inputsOf<K extends keyof ToolVersions>(
  { kind, versions }: Pick<Tools, 'kind' | 'versions'>,
  ...names: K[]
): Record<string, string> {
  const picked = Object.fromEntries(names.map((name) => [name, versions[name]]));
  return kind === 'pinned' ? { ...picked, tools: `Debian ${PINNED_RELEASE}` } : picked;
}

const known = new WeakMap<Cache, Promise<Tools>>();

/**
 * The tools of this machine's cache. A first call may download them (75 MB).
 * @throws UserError when they cannot be had, and this machine has none of its own
 */
export function findTools(cache: Cache, signal?: AbortSignal): Promise<Tools> {
  const asked = known.get(cache);
  if (asked !== undefined) return asked;
  const found = find(cache, signal);
  known.set(cache, found);
  found.catch(() => known.delete(cache));
  return found;
}

async function find(cache: Cache, signal: AbortSignal | undefined): Promise<Tools> {
  const plan = await planRoot(cache, signal);
  const asked = await ask(cache, plan.recipe, signal);
  return 'why' in asked ? hostTools(cache, asked.why) : pinnedTools(cache, plan, asked);
}

/**
 * Why the tools of the pinned release cannot be run here; undefined where they can. A first call may
 * download them.
 * @throws UserError when they cannot be had
 */
export async function whyNotPinned(
  cache: Cache,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { recipe } = await planRoot(cache, signal);
  const asked = await ask(cache, recipe, signal);
  return 'why' in asked ? asked.why : undefined;
}

/** What is known of the tools without fetching anything. */
export async function peekTools(
  cache: Cache,
): Promise<{ versions: Omit<ToolVersions, 'headers'>; why?: never } | { why: string } | undefined> {
  const plan = await rememberedFromArchive(cache, { release: PINNED_RELEASE }, BUILD_PACKAGES);
  if (plan === undefined) return undefined;
  const recipe = rootRecipe(plan.apt, plan.resolution);
  if ((await cache.peek(recipe)) === undefined) return undefined;
  const asked = await ask(cache, recipe, undefined);
  return 'why' in asked ? asked : { versions: asked };
}

/** The root as it would be made. */
interface Plan {
  resolution: PackageResolution;
  recipe: Recipe;
}

function planRoot(cache: Cache, signal: AbortSignal | undefined): Promise<Plan> {
  return fromArchive(
    cache,
    cache.progress,
    signal,
    async (_cache, apt, resolution: PackageResolution) => {
      const recipe = rootRecipe(apt, resolution);
      // Asked within, so that what the archives have no more is asked for anew.
      await ask(cache, recipe, signal);
      return { resolution, recipe };
    },
    { release: PINNED_RELEASE },
    BUILD_PACKAGES,
  );
}

function pinnedTools(
  cache: Cache,
  { recipe, resolution }: Plan,
  asked: Omit<ToolVersions, 'headers'>,
): Tools {
  const root = once((until?: AbortSignal) => cache.entry(recipe, until));
  return {
    kind: 'pinned',
    versions: { ...asked, headers: headersOf(resolution) },
    run: async (file, args, options = {}) =>
      runInRoot(await root(options.signal), cache, [file, ...args], options),
    locate: async (path) => (path.startsWith('/usr/') ? join((await root()).path, path) : path),
  };
}

/** Calls it once, unless that failed. */
function once<T, A extends unknown[]>(make: (...args: A) => Promise<T>) {
  let made: Promise<T> | undefined;
  return (...args: A): Promise<T> => {
    made ??= make(...args).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** How to make the root: a tree of packages as they are, none of whose scripts was run. */
function rootRecipe(apt: PrivateApt, { packages }: PackageResolution): Recipe {
  return {
    name: 'build-tools',
    doing: `fetching compiler and tools of Debian ${PINNED_RELEASE} (75 MB)`,
    inputs: {
      ...Object.fromEntries(packages.map(({ file }) => [file.name, file.sha256])),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      await unpackPackages(apt, packages, { tree: out, scratch }, signal);
      for (const [name, target] of Object.entries(ALTERNATIVES)) {
        await symlink(target, join(out, 'usr/bin', name));
      }
    },
  };
}

async function runInRoot(
  root: Pick<Entry, 'path'>,
  cache: Cache,
  argv: readonly [string, ...string[]],
  { cwd, env, folders = [], ...options }: ToolOptions,
): Promise<CommandOutput> {
  await mkdir(cache.root, { recursive: true });
  const [file, args] = inRoot(root.path, argv, { folders: [cache.root, ...folders], cwd, env });
  return command(file, args, { ...options, shownAs: argv });
}

/** What the tools say of themselves, or why this machine does not let us run them. */
type Answer = Omit<ToolVersions, 'headers'> | { why: string };

/** Asks them, once a boot of this machine: nothing of the root is read while that is remembered. */
async function ask(cache: Cache, recipe: Recipe, signal: AbortSignal | undefined): Promise<Answer> {
  const path = join(cache.root, 'build-tools.json');
  const key = [cache.keyOf(recipe), bootId(), process.getuid?.()].join(' ');
  const remembered = await readAnswer(path);
  if (remembered?.key === key) return remembered.answer;
  const root = await cache.entry(recipe, signal);
  const first = async (...argv: [string, ...string[]]) =>
    (await runInRoot(root, cache, argv, { signal })).stdout.split('\n')[0] ?? '';
  try {
    const answer = {
      compiler: await first('gcc', '--version'),
      checkpolicy: await first('checkpolicy', '-V'),
    };
    await writeFile(path, `${JSON.stringify({ key, answer }, undefined, 2)}\n`);
    return answer;
  } catch (error) {
    if (!(error instanceof UserError) || signal?.aborted) throw error;
    return { why: (error.message.split('\n').at(-1) ?? '').trim() };
  }
}

async function readAnswer(
  path: string,
): Promise<{ key: string; answer: Omit<ToolVersions, 'headers'> } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function headersOf({ packages }: PackageResolution): string {
  return packages
    .filter(({ name }) => name === 'libc6-dev' || name === 'libxen-dev')
    .map(({ name, version }) => `${name}\t${version}`)
    .join('\n');
}

/**
 * This machine's own tools, by the packages that it has.
 * @param why there are no others
 * @throws UserError that names what is missing
 */
export async function hostTools(cache: Cache, why: string): Promise<Tools> {
  const { stdout: headers } = await command('dpkg-query', ['-W', 'libc6-dev', 'libxen-dev']);
  return {
    kind: 'host',
    why,
    versions: { headers, compiler: await hostCompiler(), checkpolicy: await hostCheckpolicy() },
    run: async (file, args, { folders: _folders, ...options } = {}) => {
      await mkdir(cache.root, { recursive: true });
      return command(...dyingWithUs(file, args, 'TERM'), options);
    },
    locate: async (path) => path,
  };
}

/** Name and version of this machine's C compiler. @throws UserError without one */
export async function hostCompiler(): Promise<string> {
  return (await command('gcc', ['--version'])).stdout.split('\n')[0] ?? 'gcc';
}

/** Only the emulated testbed needs one: a machine can do without. */
async function hostCheckpolicy(): Promise<string> {
  try {
    return (await command('checkpolicy', ['-V'])).stdout.trim();
  } catch (error) {
    if (error instanceof UserError) return 'none';
    throw error;
  }
}
