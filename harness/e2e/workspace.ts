/**
 * The place of one file of end-to-end tests: its own temporary folder, so that files can run at once and
 * each sees what its own runs leave.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { cacheRoot } from '../../infra/cache/root.ts';
import { abandonedRuns } from '../../infra/emulated/runs.ts';

/** A file's folders. */
export interface Workspace {
  /** Temporary folder of this process and its children; removed at the end. */
  readonly folder: string;
  /** Where runs put their results; the first of them makes it. */
  readonly runs: string;
}

/** Gives the file a workspace from before its first test to after its last one, when nothing may be left. */
export function useWorkspace(): Workspace {
  const folder = `/tmp/tvb-e2e-${randomBytes(4).toString('hex')}`;
  beforeAll(async () => {
    await mkdir(folder, { mode: 0o700 });
    // tsx keeps what it has translated in the temporary folder: without it, ten seconds of each first command.
    const translated = `tsx-${process.getuid?.()}`;
    await mkdir(join(tmpdir(), translated), { recursive: true });
    await symlink(join(tmpdir(), translated), join(folder, translated));
    process.env.TMPDIR = folder;
  });
  afterAll(async () => {
    expect(await leftovers()).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, runs: join(folder, 'runs') };
}

/** What is left of this file's emulated testbeds: private folders, and records whose owner is gone. */
export async function leftovers(): Promise<string[]> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith('tinyvmi-'));
  const abandoned = await abandonedRuns(cacheRoot());
  const own = abandoned.filter(({ folder }) => folder.startsWith(`${tmpdir()}/`));
  return [...folders, ...own.map(({ id }) => `${id}.json`)].sort();
}
