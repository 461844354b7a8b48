/** Whether this machine can do at all what a run needs: told before anything is installed. */
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { summariseCache } from './cache/contents.ts';
import { hostMemoryMiB } from './emulated/memory.ts';
import { UserError } from './errors.ts';
import type { TestbedKind } from './testbed.ts';

/** One thing that was looked at. */
export interface Check {
  /** What, in a few words. */
  name: string;
  /** False when the suite cannot work with what was found. */
  ok: boolean;
  /** What is there. */
  found: string;
  /** What is needed, and for what. */
  needed: string;
  /** The command or the deed that mends it, when there is something to mend. */
  mend?: string;
}

/** Packages, tools, sources and Xen's build; the finished entries are a third of it. */
const DISK_MIB = 3072;
const MIB = 2 ** 20;

/** What every Debian has, and Ubuntu: packages are fetched, unpacked, and tied to us with them. */
const PROGRAMS = [
  ...['apt-get', 'apt-cache', 'dpkg', 'dpkg-deb', 'dpkg-query'],
  ...['tar', 'setpriv', 'flock', 'fallocate'],
] as const;

const ANOTHER_MACHINE = 'run on Debian 12 or newer, or on Ubuntu, on an x86-64 processor';

/** The system that is needed. @param system as Node names it, e.g. `linux x64` */
export function systemCheck(system: string): Check {
  const ok = system === 'linux x64';
  return {
    name: 'system',
    ok,
    found: system,
    needed: 'linux x64: Xen is built for x86-64, from packages of Debian',
    ...(ok ? {} : { mend: ANOTHER_MACHINE }),
  };
}

async function programCheck(): Promise<Check> {
  const there = await Promise.all(PROGRAMS.map(isOnPath));
  const missing = PROGRAMS.filter((_, index) => !there[index]);
  const ok = missing.length === 0;
  return {
    name: "Debian's own programs",
    ok,
    found: ok ? 'all there' : `missing: ${missing.join(', ')}`,
    needed: 'apt, dpkg, tar and util-linux, which fetch and unpack',
    ...(ok ? {} : { mend: ANOTHER_MACHINE }),
  };
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function diskCheck(root: string): Promise<Check> {
  const { bavail, bsize } = await nearestFolder(root);
  const freeMiB = Math.floor((bavail * bsize) / MIB);
  const { entries } = await summariseCache(root);
  const neededMiB = entries.length > 0 ? DISK_MIB / 4 : DISK_MIB;
  const ok = freeMiB >= neededMiB;
  return {
    name: 'disk',
    ok,
    found: `${freeMiB} MiB free for ${root}`,
    needed: `${neededMiB} MiB`,
    ...(ok ? {} : { mend: 'free space there, or set TINYVMI_CACHE to a folder on another disk' }),
  };
}

async function nearestFolder(path: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(path);
  } catch (error) {
    if (path === dirname(path)) throw error;
    return nearestFolder(dirname(path));
  }
}

/** Memory for the smallest emulated host. */
export function memoryCheck(totalBytes: number, freeBytes: number): Check {
  const needed = hostMemoryMiB([]);
  const total = Math.floor(totalBytes / MIB);
  const ok = total > needed;
  return {
    name: 'memory',
    ok,
    found: `${total} MiB, ${Math.floor(freeBytes / MIB)} MiB of it free`,
    needed: `${needed} MiB for the emulated host, more for large targets`,
    ...(ok ? {} : { mend: 'run on a machine with more memory' }),
  };
}

/**
 * What cannot be installed, and must be there.
 * @param kind of testbed that a run is to be on: only an emulated one takes memory here
 * @param root the cache
 */
export async function fitnessChecks(
  kind: Exclude<TestbedKind, 'replay'>,
  root: string,
): Promise<Check[]> {
  const checks = [systemCheck(`${process.platform} ${process.arch}`), await programCheck()];
  checks.push(await diskCheck(root));
  return kind === 'emulated' ? [...checks, memoryCheck(totalmem(), freemem())] : checks;
}

/**
 * Refuses a machine that will not do.
 * @throws UserError that names all that it lacks
 */
export async function demandFitness(
  kind: Exclude<TestbedKind, 'replay'>,
  root: string,
): Promise<void> {
  const lacking = (await fitnessChecks(kind, root)).filter(({ ok }) => !ok);
  if (lacking.length === 0) return;
  const lines = lacking.map(({ name, found, needed }) => `  ${name}: ${found} (needed: ${needed})`);
  throw new UserError(`this machine will not do, and nothing was installed:\n${lines.join('\n')}`, {
    advice: [...new Set(lacking.flatMap(({ mend }) => mend ?? []))].join('; '),
  });
}
