/**
 * Files that a user asks for by name: whole or not at all, and an error that says why not.
 */
import { randomBytes } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { holdSignals } from '../process/hold-signals.ts';

/** Where a file of this name is kept: what a link points to; itself, where there is nothing yet. */
async function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function writeBeside(path: string, content: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(beside, content, { flag: 'wx' });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * Writes a file; one that was there is written over when all of the new one is on the disk. What is no
 * file (a terminal, a pipe) is written to.
 * @param option that named it, for the advice
 * @throws UserError when it cannot be written; then what was there is as it was
 */
export async function writeOutput(
  path: string,
  content: string | Uint8Array,
  option = '--out',
): Promise<void> {
  try {
    const place = await placeOf(path);
    const info = await stat(place).catch(() => undefined);
    if (info === undefined || info.isFile()) await holdSignals(() => writeBeside(place, content));
    else await writeFile(place, content);
  } catch (cause) {
    throw new UserError(`Cannot write ${path}: ${(cause as Error).message}`, {
      advice: `Give another file with ${option}, or make room for this one.`,
      cause,
    });
  }
}
