/**
 * Debian packages that this machine must have, and what for.
 *
 * The images' own packages are not among them: those go into the cache and are never installed.
 */
import { execa } from 'execa';
import { UserError } from './errors.ts';
import type { Progress, TestbedKind } from './testbed.ts';

/** A package that the suite uses on this machine. */
export interface MachinePackage {
  name: string;
  /** What the suite uses it for. */
  use: string;
  /** Programs of it that the suite runs by name. */
  tools: readonly string[];
  /** Only the emulated testbed needs it: it boots what it has built. */
  emulation?: true;
}

/** All that every machine needs. Essential packages (apt, dpkg, util-linux, coreutils …) are taken as given. */
export const MACHINE_PACKAGES: readonly MachinePackage[] = [
  { name: 'openssh-client', use: 'driving the host', tools: ['ssh', 'ssh-keygen'] },
  { name: 'ca-certificates', use: 'package archives over https', tools: [] },
  { name: 'debian-archive-keyring', use: "trusting Debian's archives", tools: [] },
  { name: 'perl', use: 'counting lines of code', tools: ['perl'] },
];

/** What images are built with where tools of the pinned release cannot be run (tools/tools.ts). */
export const HOST_TOOLS: readonly MachinePackage[] = [
  { name: 'gcc', use: 'building Xen and the introspector', tools: ['gcc'] },
  {
    name: 'binutils',
    use: 'building, and finding libraries',
    tools: ['ld', 'objdump', 'readelf', 'size'],
  },
  { name: 'libc6-dev', use: 'building the introspector', tools: [] },
  { name: 'make', use: 'building Xen and the introspector', tools: ['make'] },
  { name: 'flex', use: "Xen's configuration", tools: ['flex'], emulation: true },
  { name: 'bison', use: "Xen's configuration", tools: ['bison'], emulation: true },
  { name: 'python3', use: "Xen's generated headers", tools: ['python3'], emulation: true },
  { name: 'm4', use: 'the FLASK policy', tools: ['m4'], emulation: true },
  { name: 'checkpolicy', use: 'the FLASK policy', tools: ['checkpolicy'], emulation: true },
  { name: 'patch', use: "Debian's patches to Xen", tools: ['patch'], emulation: true },
  { name: 'xz-utils', use: 'unpacking sources and the kernel', tools: ['xz'] },
  { name: 'zstd', use: "unpacking Debian 13's kernel", tools: ['zstd'] },
  { name: 'libxen-dev', use: "Xen's public headers and libraries", tools: [] },
];

/** What the tests need besides. */
export const TEST_PACKAGES: readonly MachinePackage[] = [
  { name: 'chromium', use: 'opening the HTML report', tools: ['chromium'] },
  { name: 'redis-server', use: 'a queue of jobs for workers', tools: ['redis-server'] },
  { name: 'git', use: 'telling how fast commits are', tools: ['git'] },
  { name: 'procps', use: 'seeing which processes are left', tools: ['ps'] },
];

const ESSENTIAL: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  'apt-cache': 'apt',
  dpkg: 'dpkg',
  'dpkg-query': 'dpkg',
  'dpkg-deb': 'dpkg',
  flock: 'util-linux',
  setpriv: 'util-linux',
  tar: 'tar',
};

/** The command that installs packages, as a user would type it. */
export function installCommand(names: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/** What to do about a program that is not there. */
export function adviceForTool(tool: string): string {
  const owner =
    [...MACHINE_PACKAGES, ...HOST_TOOLS, ...TEST_PACKAGES].find((entry) =>
      entry.tools.includes(tool),
    )?.name ?? ESSENTIAL[tool];
  return owner === undefined
    ? `install ${tool}, or put its folder on PATH`
    : `install Debian's package ${owner}: ${installCommand([owner])}`;
}

/**
 * The packages of the list that are not installed.
 * @throws UserError on a machine without dpkg.
 */
export async function missingPackages(
  packages: readonly MachinePackage[],
): Promise<MachinePackage[]> {
  const query = await execa(
    'dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format.
    ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...packages.map(({ name }) => name)],
    { reject: false },
  );
  if (query.code === 'ENOENT') {
    throw new UserError('this machine has no dpkg: images are built from packages of Debian', {
      advice: 'run on Debian or Ubuntu, or in a container of it',
    });
  }
  const installed = new Set(
    query.stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  );
  return packages.filter(({ name }) => !installed.has(name));
}

/**
 * Makes sure that these packages are there: installs them when we are root. A Dom0 that is itself the
 * testbed is changed by its owner only.
 * @throws UserError with the exact command when we may not, or when apt fails.
 */
export async function ensurePackages(
  progress: Progress,
  packages: readonly MachinePackage[],
  { kind, signal }: { kind: Exclude<TestbedKind, 'replay'>; signal?: AbortSignal | undefined },
): Promise<void> {
  const missing = (await missingPackages(packages)).map(({ name }) => name);
  if (missing.length === 0) return;
  const advice = installCommand(missing);
  if (process.getuid?.() !== 0 || kind === 'local') {
    throw new UserError(`these Debian packages are missing: ${missing.join(', ')}`, { advice });
  }
  progress.step(`installing ${missing.length} Debian packages: ${missing.join(', ')}`);
  await apt(['update'], progress, advice, signal);
  await apt(['install', '-y', '--no-install-recommends', ...missing], progress, advice, signal);
  progress.done('Debian packages installed');
}

async function apt(
  args: readonly string[],
  progress: Progress,
  advice: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = execa('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    stdin: 'ignore',
    reject: false,
    all: true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  for await (const line of child.iterable({ from: 'all' })) {
    if (/^(Get:|Unpacking|Setting up)/.test(String(line))) progress.detail(String(line));
  }
  const result = await child;
  signal?.throwIfAborted();
  if (result.failed) {
    const said = result.all.split('\n').filter((line) => /^[EW]: /.test(line));
    throw new UserError(`apt-get ${args[0]} failed:\n${said.join('\n') || result.shortMessage}`, {
      advice,
    });
  }
}
