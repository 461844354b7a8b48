/** What a cache holds, and its removal. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { DURATIONS } from './durations.ts';
import { type Lock, lock } from './lock.ts';
import { inspectEntry } from './manifest.ts';

/** What is in a cache. */
export interface CacheSummary {
  /** Folder names of the whole entries. */
  entries: string[];
  /** Folder names of entries that would be built again. */
  broken: string[];
  /** Bytes of the files of whole entries. */
  bytes: number;
}

/** Inspects every entry; a cache that is not there is empty. */
export async function summariseCache(root: string): Promise<CacheSummary> {
  const summary: CacheSummary = { entries: [], broken: [], bytes: 0 };
  const folder = join(root, 'entries');
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const found = await inspectEntry(join(folder, name), name.slice(name.lastIndexOf('-') + 1));
    if (found.state === 'whole') {
      summary.entries.push(name);
      for (const { size } of Object.values(found.manifest.files)) summary.bytes += size;
    } else {
      summary.broken.push(name);
    }
  }
  return summary;
}

/**
 * What this project keeps in a cache. Records of running testbeds stay, and so do the locks: a lock
 * whose file is removed no longer keeps anyone out.
 */
const CONTENTS = ['entries', 'seen', 'snapshots', 'tmp', 'apt', 'kvm-probe.json', DURATIONS];

/**
 * Removes what a cache has of images and downloads.
 * @returns paths that were removed.
 * @throws UserError when a build is at work in it.
 */
export async function removeCache(root: string): Promise<string[]> {
  const held = await allLocks(join(root, 'locks'));
  try {
    const removed: string[] = [];
    for (const name of CONTENTS) {
      const path = join(root, name);
      if ((await stat(path).catch(() => undefined)) === undefined) continue;
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      removed.push(path);
    }
    return removed;
  } finally {
    for (const one of held) await one.release();
  }
}

/** Temporary folders of builds that are over. */
export async function removeStaleBuilds(root: string): Promise<string[]> {
  const folder = join(root, 'tmp');
  const removed: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const key = name.slice(0, name.lastIndexOf('.'));
    const held = await lock(join(root, 'locks', key), { wait: false });
    if (held === undefined) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    await held.release();
    removed.push(join(folder, name));
  }
  return removed;
}

async function allLocks(folder: string): Promise<Lock[]> {
  const held: Lock[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const one = await lock(join(folder, name), { wait: false });
    if (one === undefined) {
      for (const other of held) await other.release();
      throw new UserError(`another process is building ${name}: the cache stays`, {
        advice: 'wait for it, or end it, and run again',
      });
    }
    held.push(one);
  }
  return held;
}
