/**
 * Snapshots in the cache: `snapshots/<key>`, each whole or absent. One is made in a temporary folder
 * under its own lock, as entries of the cache are, and renamed into place with its description. The least
 * recently used make room for a new one.
 */
import {
  chmod,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../../cache/hash.ts';
import { lock } from '../../cache/lock.ts';
import { UserError } from '../../errors.ts';
import { makeFolder } from '../../files/make-folder.ts';
import type { PresentDomain } from '../../xl/present.ts';
import { digestOf, digHoles, type RamDigest, whyNotAsDigested } from './ram-file.ts';

/** Name of the folder of snapshots in the cache. */
export const SNAPSHOTS = 'snapshots';

const DESCRIPTION = 'snapshot.json';
const RAM = 'ram';
const STATE = 'state';
const VERSION = 1;
const MIB = 2 ** 20;

/** Room on disk for all of them, in MiB; $TINYVMI_SNAPSHOTS_MIB says otherwise. */
const DEFAULT_BOUND_MIB = 4096;

/** What is known of a machine that was saved. */
export interface Saved {
  /** Everything that it was made of, by name (key.ts). */
  inputs: Readonly<Record<string, string>>;
  /** Snapshot of the boot that it goes back to; undefined: its own. */
  boot?: string;
  /** Domains that are there, besides Dom0. */
  domains: PresentDomain[];
}

/** A snapshot's description. */
interface Description extends Saved {
  version: typeof VERSION;
  key: string;
  /** Names this very snapshot: one that is made anew has another. */
  id: string;
  boot: string;
  /** When it was made (ISO 8601). */
  made: string;
  ram: RamDigest;
  state: { bytes: number; sha256: string };
}

/** A whole snapshot. */
export interface Snapshot extends Omit<Description, 'version' | 'ram' | 'state'> {
  /** Absolute paths. */
  ramFile: string;
  stateFile: string;
  /** Bytes that it takes on disk. */
  size: number;
  /** Reads its RAM. @returns why it is not what was saved; undefined: it is */
  whyBroken(signal?: AbortSignal): Promise<string | undefined>;
}

/** A snapshot in a list; one that is broken with the reason alone. */
export interface ListedSnapshot {
  key: string;
  snapshot?: Snapshot;
  broken?: string;
  used: Date;
}

/** Where a machine is to be saved. */
export interface SnapshotFiles {
  ram: string;
  state: string;
}

/** Saves a machine into these files, which are not there yet. */
export type Maker = (files: SnapshotFiles, signal: AbortSignal) => Promise<Saved>;

/** A snapshot that cannot be used, and why. */
export class BrokenSnapshot extends UserError {
  constructor(why: string) {
    super(`the snapshot of the emulated host is broken: ${why}`);
  }
}

/** The snapshots of a cache. */
export class SnapshotStore {
  readonly #cacheRoot: string;

  constructor(cacheRoot: string) {
    this.#cacheRoot = cacheRoot;
  }

  /**
   * The snapshot of that key, used from now on.
   * @returns undefined when there is none
   * @throws BrokenSnapshot for one that cannot be used
   */
  async find(key: string): Promise<Snapshot | undefined> {
    const snapshot = await this.#read(key);
    if (snapshot === undefined) return undefined;
    const now = new Date();
    await utimes(join(this.#folder(key), DESCRIPTION), now, now).catch(() => undefined);
    return snapshot;
  }

  /**
   * The snapshot of that key: the one that is there, or a new one. While another process makes it, it is
   * waited for.
   * @param onWait called once when another process is at it
   * @throws BrokenSnapshot for one that cannot be used; whatever `make` throws, and then nothing is left
   */
  async take(key: string, make: Maker, signal: AbortSignal, onWait: () => void): Promise<Snapshot> {
    const ready = await this.find(key);
    if (ready !== undefined) return ready;
    const name = `snapshot-${key}`;
    const held = await lock(join(this.#cacheRoot, 'locks', name), { signal, onWait });
    try {
      return (await this.find(key)) ?? (await this.#make(name, key, make, signal));
    } finally {
      await held?.release();
    }
  }

  /** All of them, the most recently used first; broken ones with the reason alone. */
  async list(): Promise<ListedSnapshot[]> {
    const found: ListedSnapshot[] = [];
    for (const key of await readdir(this.#root).catch(() => [])) {
      const used = (await stat(join(this.#folder(key), DESCRIPTION)).catch(() => undefined))?.mtime;
      try {
        const snapshot = await this.#read(key);
        if (snapshot !== undefined) found.push({ key, snapshot, used: used ?? new Date(0) });
      } catch (error) {
        if (!(error instanceof BrokenSnapshot)) throw error;
        found.push({ key, broken: error.message, used: used ?? new Date(0) });
      }
    }
    return found.sort((a, b) => b.used.getTime() - a.used.getTime());
  }

  /** Throws one away. A machine that runs from it goes on: it has the file open. */
  async remove(key: string): Promise<void> {
    await rm(this.#folder(key), { recursive: true, force: true, maxRetries: 3 });
  }

  get #root(): string {
    return join(this.#cacheRoot, SNAPSHOTS);
  }

  #folder(key: string): string {
    return join(this.#root, key);
  }

  async #read(key: string): Promise<Snapshot | undefined> {
    const folder = this.#folder(key);
    if ((await stat(folder).catch(() => undefined)) === undefined) return undefined;
    const description = await readDescription(join(folder, DESCRIPTION), key);
    const { ram, state, version: _version, ...about } = description;
    const [ramFile, stateFile] = [join(folder, RAM), join(folder, STATE)];
    const found = await stat(stateFile).catch(() => undefined);
    const memory = await stat(ramFile).catch(() => undefined);
    if (found === undefined || memory === undefined) throw new BrokenSnapshot('a file is missing');
    if (memory.size !== ram.bytes) {
      throw new BrokenSnapshot(`its RAM has ${memory.size} bytes instead of ${ram.bytes}`);
    }
    if (found.size !== state.bytes || (await hashFile(stateFile)) !== state.sha256) {
      throw new BrokenSnapshot("its machine's state is not what was saved");
    }
    return {
      ...about,
      ramFile,
      stateFile,
      size: memory.blocks * 512 + found.size,
      whyBroken: (signal) => whyNotAsDigested(ramFile, ram, signal),
    };
  }

  async #make(name: string, key: string, make: Maker, signal: AbortSignal): Promise<Snapshot> {
    const temporary = join(this.#cacheRoot, 'tmp', `${name}.${process.pid}`);
    await this.#removeStale(name);
    try {
      await makeFolder(temporary, { mode: 0o700 });
      const files = { ram: join(temporary, RAM), state: join(temporary, STATE) };
      const saved = await make(files, signal);
      for (const file of Object.values(files)) await chmod(file, 0o600);
      await digHoles(files.ram, signal);
      const ram = await digestOf(files.ram, signal);
      const state = { bytes: (await stat(files.state)).size, sha256: await hashFile(files.state) };
      const id = ram.sha256.slice(0, 12);
      const description: Description = {
        ...{ version: VERSION, key, id, boot: id, made: new Date().toISOString() },
        ...saved,
        ...{ ram, state },
      };
      await writeFile(join(temporary, DESCRIPTION), `${JSON.stringify(description)}\n`);
      await this.#makeRoom((await stat(files.ram)).blocks * 512);
      await makeFolder(this.#root, { mode: 0o700 });
      await this.remove(key);
      await rename(temporary, this.#folder(key));
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
    }
    const made = await this.#read(key);
    if (made === undefined) throw new BrokenSnapshot('it is gone already');
    return made;
  }

  /** Whoever holds the lock may remove what an earlier maker left. */
  async #removeStale(name: string): Promise<void> {
    const folder = join(this.#cacheRoot, 'tmp');
    for (const stale of await readdir(folder).catch(() => [])) {
      if (!stale.startsWith(`${name}.`)) continue;
      await rm(join(folder, stale), { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Removes broken snapshots, and those that were not used for longest, until a new one fits. */
  async #makeRoom(bytes: number): Promise<void> {
    let free = boundBytes() - bytes;
    for (const { key, snapshot } of await this.list()) {
      free -= snapshot?.size ?? 0;
      if (snapshot === undefined || free < 0) await this.remove(key);
    }
  }
}

/**
 * Room on disk for all snapshots.
 * @throws UserError of kind `usage` for a bound that is no number
 */
export function boundBytes(env: NodeJS.ProcessEnv = process.env): number {
  const text = env.TINYVMI_SNAPSHOTS_MIB ?? String(DEFAULT_BOUND_MIB);
  if (!/^\d{1,9}$/.test(text)) {
    throw new UserError(`TINYVMI_SNAPSHOTS_MIB is "${text}", which is no number of MiB`, {
      kind: 'usage',
      advice: `leave it out (${DEFAULT_BOUND_MIB}), or give a whole number`,
    });
  }
  return Number(text) * MIB;
}

/** Why a snapshot that takes up to so much has no room on the cache's disk; undefined: it has. */
export async function whyNoRoom(cacheRoot: string, bytes: number): Promise<string | undefined> {
  if (boundBytes() < bytes) {
    return `it may need ${Math.ceil(bytes / MIB)} MiB, and TINYVMI_SNAPSHOTS_MIB allows ${boundBytes() / MIB}`;
  }
  const { bavail, bsize } = await statfs(cacheRoot);
  if (bavail * bsize >= bytes) return undefined;
  return `it may need ${Math.ceil(bytes / MIB)} MiB, and the disk that holds ${cacheRoot} has ${Math.floor((bavail * bsize) / MIB)}`;
}

async function readDescription(path: string, key: string): Promise<Description> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new BrokenSnapshot('it has no description');
  let description: Description;
  try {
    description = JSON.parse(text) as Description;
  } catch {
    throw new BrokenSnapshot('its description cannot be read');
  }
  const { version, key: own, ram, state, domains } = description ?? {};
  if (version !== VERSION) throw new BrokenSnapshot('it is of another version of this program');
  if (own !== key) throw new BrokenSnapshot('its description is of another snapshot');
  if (!Array.isArray(ram?.parts) || typeof state?.bytes !== 'number' || !Array.isArray(domains)) {
    throw new BrokenSnapshot('its description is not whole');
  }
  return description;
}
