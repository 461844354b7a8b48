/**
 * Folders that may have to be made first. Node's own recursive mkdir tries for ever where a file system
 * answers that there is no such folder to a request to make one, as /proc does.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/**
 * Makes a folder and those above it; one that is there is left as it is.
 * @param made what those get that are made
 * @throws Error of the file system that refuses
 */
export async function makeFolder(path: string, made: { mode?: number } = {}): Promise<void> {
  try {
    await mkdir(path, made);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isFolder(path)) return;
    const above = dirname(path);
    // Where the folder above is there, it is the file system that does not want this one.
    if (code !== 'ENOENT' || above === path || (await isFolder(above))) throw error;
    await makeFolder(above, made);
    await makeFolder(path, made);
  }
}
