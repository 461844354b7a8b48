/**
 * Results that were never finished, because their program was killed: found and removed.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** How the folder of an unfinished result begins; the process id of its writer follows. */
export const PARTIAL_PREFIX = '.partial-';

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Unfinished results below this folder whose writers are gone. */
export async function findAbandoned(runs: string): Promise<string[]> {
  const names = await readdir(runs).catch(() => [] as string[]);
  return names
    .filter((name) => {
      const pid = /^\.partial-(\d+)-/.exec(name)?.[1];
      return pid !== undefined && !lives(Number(pid));
    })
    .map((name) => join(runs, name));
}

/** Removes them. @returns what was removed */
export async function removeAbandoned(runs: string): Promise<string[]> {
  const abandoned = await findAbandoned(runs);
  for (const folder of abandoned) await rm(folder, { recursive: true, force: true });
  return abandoned;
}
