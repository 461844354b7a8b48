/** Removes what earlier runs left on this machine, and on demand the cache. */
import { removeCache, removeStaleBuilds } from './cache/contents.ts';
import { cacheRoot } from './cache/root.ts';
import { abandonedRuns, removeAbandoned, unclearRuns } from './emulated/runs.ts';

/**
 * Ends testbeds that nobody owns, and removes their folders and those of interrupted builds. Testbeds
 * and builds of processes that live are left alone.
 * @returns what was removed, a line each.
 */
export async function cleanLeftovers(root: string = cacheRoot()): Promise<string[]> {
  const removed: string[] = [];
  for (const record of await abandonedRuns(root)) {
    const killed = await removeAbandoned(root, record);
    for (const pid of killed) removed.push(`QEMU of an abandoned testbed (process ${pid})`);
    removed.push(record.folder);
  }
  removed.push(...(await removeStaleBuilds(root)));
  return removed;
}

/** What is left alone because nobody here can tell whose it is, a line each with the reason. */
export async function unclearLeftovers(root: string = cacheRoot()): Promise<string[]> {
  return unclearRuns(root);
}

/**
 * Removes every cached image and download.
 * @returns what was removed, a line each.
 * @throws UserError when a build is at work in the cache.
 */
export async function cleanCache(root: string = cacheRoot()): Promise<string[]> {
  return removeCache(root);
}
