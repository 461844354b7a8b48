/**
 * The image cache: folders of files, named by a hash of all that they are made of.
 *
 * An entry is built in a temporary folder under its own lock and renamed into place with its manifest,
 * so it is there whole or not at all. Whoever holds an entry's lock may remove that entry's temporary
 * folders: their builders are gone.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, isDiskFull } from '../process/disk-full.ts';
import type { Progress } from '../testbed.ts';
import { hashInputs } from './hash.ts';
import { type Lock, lock } from './lock.ts';
import { inspectEntry, type Manifest, writeManifest } from './manifest.ts';
import { beginToRemember } from './seen.ts';

/** How to make one entry. */
export interface Recipe {
  /** Short name, of letters, digits and dashes. */
  name: string;
  /** Said while it is built, e.g. "building Xen". */
  doing: string;
  /** Everything that the result depends on, by name; the version of the recipe itself included. */
  inputs: Readonly<Record<string, string>>;
  /**
   * Leaves the entry's files in `out`. `scratch` is another empty folder, removed afterwards.
   */
  build(out: string, context: BuildContext): Promise<void>;
}

/** What a build is given. */
export interface BuildContext {
  scratch: string;
  progress: Progress;
  signal: AbortSignal | undefined;
}

/** A whole entry. */
export interface Entry {
  name: string;
  key: string;
  /** Absolute path of the entry's folder; read-only by convention. */
  path: string;
  manifest: Manifest;
}

/** Absolute path of a file of an entry. */
export function fileOf(entry: Entry, path: string): string {
  if (!(path in entry.manifest.files)) throw new Error(`${entry.name} has no file ${path}`);
  return join(entry.path, path);
}

/** Hash of a file of an entry, from its manifest. */
export function hashIn(entry: Entry, path: string): string {
  const file = entry.manifest.files[path];
  if (file === undefined) throw new Error(`${entry.name} has no file ${path}`);
  return file.sha256;
}

/** The cache at one place. */
export class Cache {
  /** Absolute path of the cache's folder. */
  readonly root: string;
  /** Is told of what is built. */
  readonly progress: Progress;

  constructor(root: string, progress: Progress) {
    this.root = root;
    this.progress = progress;
  }

  /** The folder of finished entries. */
  get entries(): string {
    return join(this.root, 'entries');
  }

  /** The key of a recipe's entry: 16 hex digits. */
  keyOf(recipe: Pick<Recipe, 'name' | 'inputs'>): string {
    return hashInputs({ ...recipe.inputs, '': recipe.name }).slice(0, 16);
  }

  /** A finished entry without building it; undefined when it is absent or broken. */
  async peek(recipe: Pick<Recipe, 'name' | 'inputs'>): Promise<Entry | undefined> {
    const key = this.keyOf(recipe);
    const path = this.#pathOf(recipe.name, key);
    const found = await inspectEntry(path, key);
    return found.state === 'whole'
      ? { name: recipe.name, key, path, manifest: found.manifest }
      : undefined;
  }

  /**
   * The newest whole entry of a name whose inputs are as wanted, when its key cannot be told: a machine
   * that cannot build it does not know all that it would be made of.
   */
  async find(
    name: string,
    wanted: (inputs: Manifest['inputs']) => boolean,
  ): Promise<Entry | undefined> {
    const folders = (await readdir(this.entries).catch(() => [])).filter((folder) =>
      /^[0-9a-f]{16}$/.test(folder.startsWith(`${name}-`) ? folder.slice(name.length + 1) : ''),
    );
    const aged = await Promise.all(
      folders.map(async (folder) => {
        const path = join(this.entries, folder);
        return { path, key: folder.slice(name.length + 1), age: (await stat(path)).mtimeMs };
      }),
    );
    for (const { path, key } of aged.sort((a, b) => b.age - a.age)) {
      const found = await inspectEntry(path, key);
      if (found.state !== 'whole' || !wanted(found.manifest.inputs)) continue;
      return { name, key, path, manifest: found.manifest };
    }
    return undefined;
  }

  /**
   * The entry of a recipe: the finished one, or a new one when it is absent or broken.
   * @throws UserError when it cannot be built; nothing half-built stays.
   */
  async entry(recipe: Recipe, signal?: AbortSignal): Promise<Entry> {
    const key = this.keyOf(recipe);
    const path = this.#pathOf(recipe.name, key);
    const ready = await this.peek(recipe);
    if (ready !== undefined) return ready;

    try {
      const held = await this.#lock(recipe, key, signal);
      try {
        return await this.#build(recipe, key, path, signal);
      } finally {
        await held.release();
      }
    } catch (error) {
      throw isDiskFull(error) ? diskFull(this.root, error) : error;
    }
  }

  #pathOf(name: string, key: string): string {
    return join(this.entries, `${name}-${key}`);
  }

  async #lock(recipe: Recipe, key: string, signal: AbortSignal | undefined): Promise<Lock> {
    const held = await lock(join(this.root, 'locks', `${recipe.name}-${key}`), {
      signal,
      onWait: () =>
        this.progress.detail(`${recipe.doing}: another process is at it, waiting for it`),
    });
    if (held === undefined) throw new Error('a waiting lock came back empty');
    return held;
  }

  async #build(
    recipe: Recipe,
    key: string,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<Entry> {
    const found = await inspectEntry(path, key);
    if (found.state === 'whole') {
      return { name: recipe.name, key, path, manifest: found.manifest };
    }
    if (found.state === 'broken') {
      this.progress.warn(
        `the cached ${recipe.name} is broken (${found.reason}): building it again`,
      );
      await rm(path, { recursive: true, force: true });
    }
    await this.#removeStale(recipe.name, key);

    const temporary = join(this.root, 'tmp', `${recipe.name}-${key}.${process.pid}`);
    try {
      const out = join(temporary, 'out');
      const scratch = join(temporary, 'scratch');
      await mkdir(out, { recursive: true });
      await mkdir(scratch);
      this.progress.step(recipe.doing);
      await recipe.build(out, { scratch, progress: this.progress, signal });
      signal?.throwIfAborted();
      const manifest = await writeManifest(out, {
        name: recipe.name,
        key,
        inputs: { ...recipe.inputs },
      });
      await mkdir(this.entries, { recursive: true });
      await beginToRemember(this.root);
      await rename(out, path);
      this.progress.done(recipe.doing);
      return { name: recipe.name, key, path, manifest };
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async #removeStale(name: string, key: string): Promise<void> {
    const folder = join(this.root, 'tmp');
    const names = await readdir(folder).catch(() => []);
    for (const stale of names.filter((entry) => entry.startsWith(`${name}-${key}.`))) {
      this.progress.detail(`removing what an interrupted build of ${name} left`);
      await rm(join(folder, stale), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
