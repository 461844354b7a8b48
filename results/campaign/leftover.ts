/**
 * Unfinished campaigns on disk: found, locked, and removed when nobody wants to go on with them.
 */
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Lock, lock } from '../../infra/cache/lock.ts';

/** How the folder of an unfinished campaign begins; the name of its result follows. */
export const CAMPAIGN_PREFIX = '.campaign-';

/** Folder of the campaign that becomes this result, whether there is one or not. */
export function campaignFolder(runs: string, id: string): string {
  return resolve(runs, `${CAMPAIGN_PREFIX}${id}`);
}

/** Takes a campaign for oneself. @returns undefined when another process has it */
export function lockCampaign(folder: string): Promise<Lock | undefined> {
  return lock(join(folder, 'lock'), { wait: false });
}

/** Removes the unfinished campaigns of a folder that no process has. @returns what was removed */
export async function removeCampaigns(runs: string): Promise<string[]> {
  const names = await readdir(runs).catch(() => [] as string[]);
  const removed: string[] = [];
  for (const name of names.filter((entry) => entry.startsWith(CAMPAIGN_PREFIX)).sort()) {
    const folder = join(runs, name);
    const held = await lockCampaign(folder);
    if (held === undefined) continue;
    await rm(folder, { recursive: true, force: true });
    await held.release();
    removed.push(folder);
  }
  return removed;
}
