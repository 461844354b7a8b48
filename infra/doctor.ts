/** What this machine can do, as a list of checks, each with what mends it. */
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { PrivateApt } from './apt/private-apt.ts';
import { Resolver } from './apt/resolve.ts';
import { summariseCache } from './cache/contents.ts';
import { cacheRoot } from './cache/root.ts';
import { readProbe, whyNoDevice } from './emulated/accelerator.ts';
import { hostMemoryMiB } from './emulated/memory.ts';
import { abandonedRuns } from './emulated/runs.ts';
import { boundBytes, type ListedSnapshot, SnapshotStore } from './emulated/snapshot/store.ts';
import { UserError } from './errors.ts';
import { PINNED_RELEASE, WISHES } from './images/dom0-packages.ts';
import { installCommand, MACHINE_PACKAGES, missingPackages } from './packages.ts';
import { command } from './process/command.ts';
import type { Progress } from './testbed.ts';

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

const NODE_MAJOR = 20;
/** Packages, sources and Xen's build; the finished entries are a third of it. */
const DISK_MIB = 2048;
const MIB = 2 ** 20;

/**
 * Looks at the machine.
 * @param options.network also asks the package archives for their indexes.
 */
export async function examine(options: {
  network: boolean;
  progress: Progress;
  signal?: AbortSignal;
}): Promise<Check[]> {
  const root = cacheRoot();
  const checks = [nodeCheck(process.versions.node), ...(await packageChecks()), await qemuCheck()];
  checks.push(await diskCheck(root), memoryCheck(totalmem(), freemem()));
  checks.push(await kvmCheck(root), await cacheCheck(root), await snapshotCheck(root));
  checks.push(await leftoverCheck(root));
  checks.push(await archiveCheck(root, options));
  return checks;
}

/** Node's version. */
export function nodeCheck(version: string): Check {
  const ok = Number.parseInt(version, 10) >= NODE_MAJOR;
  return {
    name: 'Node.js',
    ok,
    found: version,
    needed: `${NODE_MAJOR} or newer`,
    ...(ok ? {} : { mend: `install Node.js ${NODE_MAJOR} or newer (https://nodejs.org)` }),
  };
}

async function packageChecks(): Promise<Check[]> {
  let missing: Set<string>;
  try {
    missing = new Set((await missingPackages()).map(({ name }) => name));
  } catch (error) {
    return [failed('Debian packages', 'Debian 12', error)];
  }
  return MACHINE_PACKAGES.map(({ name, use }) => ({
    name: `package ${name}`,
    ok: !missing.has(name),
    found: missing.has(name) ? 'not installed' : 'installed',
    needed: use,
    ...(missing.has(name) ? { mend: installCommand([name]) } : {}),
  }));
}

async function qemuCheck(): Promise<Check> {
  const needed = '7.2 or newer, for the emulated host';
  try {
    const { stdout } = await command('qemu-system-x86_64', ['--version']);
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
    const ok = Number(major) * 100 + Number(minor) >= 702;
    return { name: 'QEMU', ok, found: stdout.split('\n')[0] ?? '', needed };
  } catch (error) {
    return failed('QEMU', needed, error);
  }
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

async function kvmCheck(root: string): Promise<Check> {
  const missing = await whyNoDevice();
  const probe = (await readProbe(join(root, 'kvm-probe.json')))?.probe;
  const found =
    missing ??
    (probe === undefined
      ? 'there, not yet probed'
      : `${probe.usable ? 'usable' : 'not usable'}: ${probe.reason}`);
  return { name: 'KVM', ok: true, found, needed: 'nothing: only --clock wall may use it' };
}

async function cacheCheck(root: string): Promise<Check> {
  const { entries, broken, bytes } = await summariseCache(root);
  const found = `${entries.length} images, ${Math.round(bytes / MIB)} MiB in ${root}`;
  return {
    name: 'cache',
    ok: true,
    found: broken.length === 0 ? found : `${found}; broken: ${broken.join(', ')}`,
    needed: 'nothing: what is missing or broken is built',
  };
}

/** What a snapshot is of, how large it is, and when it was made. */
function aboutSnapshot({ key, snapshot, broken }: ListedSnapshot): string {
  if (snapshot === undefined) return `${key}: ${broken}`;
  const names = snapshot.domains.map(({ spec }) => spec.name).join(', ');
  const what = names === '' ? 'host' : `host with ${names}`;
  const made = snapshot.made.slice(0, 16).replace('T', ' ');
  return `${key}: ${what}, ${Math.round(snapshot.size / MIB)} MiB, of ${made}`;
}

async function snapshotCheck(root: string): Promise<Check> {
  const needed = 'nothing: a run makes those that it can use';
  try {
    const all = await new SnapshotStore(root).list();
    const taken = all.reduce((sum, { snapshot }) => sum + (snapshot?.size ?? 0), 0);
    const sum = `${all.length}, ${Math.round(taken / MIB)} of ${boundBytes() / MIB} MiB`;
    const found = [sum, ...all.map((one) => `    ${aboutSnapshot(one)}`)].join('\n');
    return { name: 'snapshots', ok: true, found, needed };
  } catch (error) {
    return failed('snapshots', needed, error);
  }
}

async function leftoverCheck(root: string): Promise<Check> {
  const runs = await abandonedRuns(root);
  return {
    name: 'leftovers',
    ok: true,
    found: runs.length === 0 ? 'none' : `${runs.length} testbeds that nobody owns`,
    needed: 'nothing: they only take room',
    ...(runs.length === 0 ? {} : { mend: 'tinyvmi-bench clean' }),
  };
}

async function archiveCheck(
  root: string,
  options: { network: boolean; progress: Progress; signal?: AbortSignal },
): Promise<Check> {
  const needed = "Debian's archives, for the first build";
  try {
    const apt = await PrivateApt.open(root, PINNED_RELEASE);
    const resolver = new Resolver(apt, options.progress);
    if (options.network) {
      await apt.update(options.progress, options.signal);
      return { name: 'package archives', ok: true, found: 'can be read', needed };
    }
    const known = (await resolver.remembered(WISHES)) !== undefined;
    const found = known ? 'read before, versions are pinned' : 'not asked yet';
    return { name: 'package archives', ok: true, found, needed };
  } catch (error) {
    return failed('package archives', needed, error);
  }
}

function failed(name: string, needed: string, error: unknown): Check {
  if (!(error instanceof UserError)) throw error;
  return {
    name,
    ok: false,
    found: error.message,
    needed,
    ...(error.advice === undefined ? {} : { mend: error.advice }),
  };
}
