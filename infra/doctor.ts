/** What this machine can do, as a list of checks, each with what mends it. */
import { join } from 'node:path';
import { PrivateApt } from './apt/private-apt.ts';
import { Resolver } from './apt/resolve.ts';
import { Cache } from './cache/cache.ts';
import { summariseCache } from './cache/contents.ts';
import { cacheRoot } from './cache/root.ts';
import { readProbe, whyNoDevice } from './emulated/accelerator.ts';
import { abandonedRuns } from './emulated/runs.ts';
import { boundBytes, type ListedSnapshot, SnapshotStore } from './emulated/snapshot/store.ts';
import { UserError } from './errors.ts';
import { type Check, fitnessChecks } from './fitness.ts';
import { PINNED_RELEASE, WISHES } from './images/dom0-packages.ts';
import {
  HOST_TOOLS,
  installCommand,
  MACHINE_PACKAGES,
  type MachinePackage,
  missingPackages,
} from './packages.ts';
import type { Progress } from './testbed.ts';
import { peekEmulator } from './tools/emulator.ts';
import { peekTools } from './tools/tools.ts';

const NODE_MAJOR = 20;
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
  const checks = [nodeCheck(process.versions.node), ...(await fitnessChecks('emulated', root))];
  checks.push(...(await packageChecks(MACHINE_PACKAGES)));
  checks.push(...(await toolChecks(root, options.progress)));
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

async function packageChecks(packages: readonly MachinePackage[]): Promise<Check[]> {
  let missing: Set<string>;
  try {
    missing = new Set((await missingPackages(packages)).map(({ name }) => name));
  } catch (error) {
    return [failed('Debian packages', 'Debian or Ubuntu', error)];
  }
  return packages.map(({ name, use }) => ({
    name: `package ${name}`,
    ok: !missing.has(name),
    found: missing.has(name) ? 'not installed' : 'installed',
    needed: use,
    ...(missing.has(name) ? { mend: installCommand([name]) } : {}),
  }));
}

/** What builds and what emulates, as far as it is there: looking fetches nothing. */
async function toolChecks(root: string, progress: Progress): Promise<Check[]> {
  const cache = new Cache(root, progress);
  const later = `of Debian ${PINNED_RELEASE}; the first run fetches it`;
  const emulator = await peekEmulator(cache);
  const tools = await peekTools(cache);
  const own = `this machine's own: ${tools?.why}`;
  const checks = [
    { name: 'QEMU', ok: true, found: emulator?.version ?? later, needed: 'nothing' },
    {
      name: 'build tools',
      ok: true,
      found: tools?.why === undefined ? (tools?.versions.compiler ?? later) : own,
      needed: 'nothing, as long as user namespaces or root let us into a root of their own',
    },
  ];
  return tools?.why === undefined ? checks : [...checks, ...(await packageChecks(HOST_TOOLS))];
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
