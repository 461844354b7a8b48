/**
 * Files whose hash was found right once. While the file system says that nobody wrote to one since (its
 * inode, size and both times, as git's index goes by), it is not read again: a run would otherwise read
 * hundreds of megabytes before it begins.
 */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';

/** What a file system tells of a file. */
export interface FileTimes {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** Name of the folder of all of it in a cache. */
const FOLDER = 'seen';

/** Whether anything is noted in a cache: something was built in it, so that it is not one that was brought. */
export function remembers(root: string): boolean {
  return existsSync(join(root, FOLDER));
}

/** Makes the folder, in a cache that builds. */
export async function beginToRemember(root: string): Promise<void> {
  await makeFolder(join(root, FOLDER));
}

/** Times of file systems are coarse: a file that was written to just now may be again in the same instant. */
const SETTLED_NS = 2_000_000_000n;

/** What was found right of one entry. */
export class Seen {
  readonly #path: string;
  readonly #known: Record<string, string>;
  #isNew = false;

  private constructor(path: string, known: Record<string, string>) {
    this.#path = path;
    this.#known = known;
  }

  /** Of the entry in this folder, which lies in the folder of entries of a cache. */
  static async of(folder: string): Promise<Seen> {
    const path = join(dirname(dirname(folder)), FOLDER, `${basename(folder)}.json`);
    try {
      const known: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (typeof known === 'object' && known !== null) {
        return new Seen(path, known as Record<string, string>);
      }
    } catch {
      // Nothing is known.
    }
    return new Seen(path, {});
  }

  /** Whether the file was found to have this hash, and is still the one that was read. */
  has(file: string, times: FileTimes, sha256: string): boolean {
    return this.#known[file] === stamp(times, sha256);
  }

  /** The file was found to have this hash. */
  add(file: string, times: FileTimes, sha256: string): void {
    const now = BigInt(Date.now()) * 1_000_000n;
    if (now - times.ctimeNs < SETTLED_NS) return;
    this.#known[file] = stamp(times, sha256);
    this.#isNew = true;
  }

  /**
   * Remembers it for other processes. Where that cannot be written, and in a cache that was brought and in
   * which nothing was built, files are read again.
   */
  async save(): Promise<void> {
    if (!this.#isNew) return;
    const temporary = `${this.#path}.${process.pid}`;
    try {
      await writeFile(temporary, JSON.stringify(this.#known));
      await rename(temporary, this.#path);
    } catch {
      // A cache that can only be read.
    }
  }
}

function stamp({ ino, size, mtimeNs, ctimeNs }: FileTimes, sha256: string): string {
  return [ino, size, mtimeNs, ctimeNs, sha256].join(' ');
}
