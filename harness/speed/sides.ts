/** The two sides of the comparison: an earlier commit in a checkout of its own, and this checkout. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UserError } from '../../infra/errors.ts';
import { adviceForTool } from '../../infra/packages.ts';

/** One side. */
export interface Side {
  name: 'old' | 'new';
  /** Its checkout. */
  folder: string;
  /** Its cache, of which the other side knows nothing. */
  cache: string;
}

/** This checkout. */
export const HERE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const TOOLS = ['git', 'npm', 'bash', 'setpriv'];

/** @throws UserError that names the first program that is missing, and its package */
export async function demandTools(): Promise<void> {
  for (const tool of TOOLS) {
    const found = await execa('sh', ['-c', 'command -v "$1"', 'sh', tool], { reject: false });
    if (!found.failed) continue;
    throw new UserError(`${tool} is not installed.`, { advice: adviceForTool(tool) });
  }
}

/** The full name of a commit of this repository. @throws UserError of kind `usage` when there is none */
export async function commitOf(name: string): Promise<string> {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { failed, stdout } = await execa('git', asked, { cwd: HERE, reject: false });
  if (!failed) return stdout.trim();
  throw new UserError(`--against ${name}: this repository has no such commit.`, {
    kind: 'usage',
    advice: 'git log shows the commits; a shallow clone gets the others by git fetch --unshallow.',
  });
}

/** The commit that is checked out here, and whether something is changed since. */
export async function here(): Promise<{ commit: string; isChanged: boolean }> {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: HERE })).stdout.trim();
  return {
    commit: await git('rev-parse', 'HEAD'),
    isChanged: (await git('status', '--porcelain', '--untracked-files=no')) !== '',
  };
}

/**
 * Checks a commit out into a temporary folder with npm packages of its own, for as long as `work` lasts.
 * @param kept folder where the caches of both sides stay
 */
export async function withSides<T>(
  commit: string,
  kept: string,
  { say, signal }: { say(text: string): void; signal: AbortSignal },
  work: (sides: Record<Side['name'], Side>) => Promise<T>,
): Promise<T> {
  const cacheOf = async (name: string) => {
    const cache = join(kept, name);
    await mkdir(cache, { recursive: true });
    return cache;
  };
  const old = await cacheOf(commit.slice(0, 12));
  const now = await cacheOf('new');
  const folder = await mkdtemp(join(tmpdir(), 'tinyvmi-speed-'));
  try {
    say(`checking out ${commit.slice(0, 12)}`);
    await execa('git', ['clone', '--quiet', '--no-checkout', HERE, folder]);
    await execa('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
    say('installing its npm packages');
    await execa('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      cancelSignal: signal,
    });
    return await work({
      old: { name: 'old', folder, cache: old },
      new: { name: 'new', folder: HERE, cache: now },
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
