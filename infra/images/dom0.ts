/**
 * Dom0's initramfs: the toolstack, its libraries, ssh, the kernel's modules and infra/dom0/init.
 *
 * It is the same for every testbed with that series of Xen, and holds no key; what belongs to one testbed, or changes with
 * every build of native/, follows it as a second archive (see overlay.ts). It is not compressed:
 * unpacking it would be emulated, and loading it is not.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { hashFile } from '../cache/hash.ts';
import { command } from '../process/command.ts';
import type { EmulatedSeries } from '../testbed.ts';
import type { Tools } from '../tools/tools.ts';
import { cpio, type Member } from './cpio.ts';
import { DOM0_MODULES } from './kernel.ts';
import { librariesOf } from './libraries.ts';

const RECIPE_VERSION = '2';

/** The script that is Dom0's first process. */
export const DOM0_INIT = fileURLToPath(new URL('../dom0/init', import.meta.url));

/** Where a series of Xen has its own programs in Debian; xl looks for its helper there. */
const xenPrograms = (series: EmulatedSeries) => `usr/lib/xen-${series}/bin`;

const TOOLSTACK = [
  'flask-get-bool',
  'flask-getenforce',
  'flask-set-bool',
  'libxl-save-helper',
  'xen-init-dom0',
  'xenconsole',
  'xenconsoled',
  'xenperf',
  'xenpm',
  'xenstored',
  'xentrace',
  'xl',
];

const STORE_COMMANDS = ['chmod', 'exists', 'list', 'ls', 'read', 'rm', 'watch', 'write'];

/** Programs by their path in the initramfs, from their path in the packages. */
function programPaths(series: EmulatedSeries): Record<string, string> {
  const folder = xenPrograms(series);
  return {
    'bin/busybox': series === '4.17' ? 'bin/busybox' : 'usr/bin/busybox',
    'bin/xenstore': 'usr/bin/xenstore',
    /** busybox's tail looks at its file once a second; this one is woken by inotify. */
    'usr/bin/tail': 'usr/bin/tail',
    'sbin/dropbear': 'usr/sbin/dropbear',
    ...Object.fromEntries(TOOLSTACK.map((name) => [`${folder}/${name}`, `${folder}/${name}`])),
  };
}

/**
 * xl aborts without libgcc_s, which pthread_exit loads by name. Upstream LibVMI, where a run brings it
 * (extras.ts), needs glibc's libm, which has to be of the same build as libc.
 */
const LOADED_BY_NAME = ['libgcc_s.so.1', 'libm.so.6'];

const FOLDERS = [
  'dev',
  'etc/dropbear',
  'etc/xen',
  'images',
  'proc',
  'run/xen',
  'run/xenstored',
  'sys',
  'tmp',
  'usr/sbin',
  'var/lib/xen',
  'var/lib/xenstored',
  'var/lock',
  'var/log/xen/console',
];

/**
 * How to build it.
 * @param series of Xen that it is for.
 * @param packages the entry of Dom0's packages.
 * @param kernel the entry of the kernel.
 * @param tools read what its programs need.
 */
export async function dom0Recipe(
  series: EmulatedSeries,
  packages: Entry,
  kernel: Entry,
  tools: Tools,
): Promise<Recipe> {
  return {
    name: 'dom0',
    doing: "building Dom0's initramfs",
    inputs: {
      packages: packages.key,
      kernel: kernel.key,
      init: await hashFile(DOM0_INIT),
      programs: JSON.stringify(programPaths(series)),
      recipe: RECIPE_VERSION,
    },
    async build(out, { scratch, signal }) {
      for (const name of Object.keys(packages.manifest.files)) {
        await command('dpkg-deb', ['--extract', fileOf(packages, name), scratch], { signal });
      }
      const initramfs = cpio([
        ...FOLDERS.map((path): Member => ({ kind: 'folder', path, mode: 0o755 })),
        { kind: 'folder', path: 'root', mode: 0o700 },
        ...configuration(),
        ...(await programs(tools, series, scratch)),
        ...(await modules(kernel)),
        await fileMember('init', DOM0_INIT, 0o755),
        await fileMember('images/vmlinux', fileOf(kernel, 'vmlinux'), 0o644),
      ]);
      await writeFile(join(out, 'initramfs'), initramfs);
    },
  };
}

/**
 * Its libraries, by name.
 * @param tree folder of the unpacked packages
 */
export async function dom0Libraries(
  tools: Tools,
  series: EmulatedSeries,
  tree: string,
): Promise<Map<string, string>> {
  const programs = Object.values(programPaths(series));
  const dynamic = programs.filter((path) => basename(path) !== 'busybox');
  return librariesOf(tools, tree, dynamic, LOADED_BY_NAME);
}

async function programs(tools: Tools, series: EmulatedSeries, tree: string): Promise<Member[]> {
  const members: Member[] = [];
  for (const [path, source] of Object.entries(programPaths(series))) {
    members.push(await fileMember(path, join(tree, source), 0o755));
  }
  for (const [name, path] of await dom0Libraries(tools, series, tree)) {
    members.push(await fileMember(`lib/${name}`, path, 0o755));
  }
  const link = (path: string, target: string): Member => ({ kind: 'link', path, target });
  return [
    ...members,
    link('bin/sh', 'busybox'),
    link('lib64', 'lib'),
    link('var/run', '../run'),
    ...TOOLSTACK.map((name) => link(`bin/${name}`, `../${xenPrograms(series)}/${name}`)),
    ...STORE_COMMANDS.map((name) => link(`bin/xenstore-${name}`, 'xenstore')),
  ];
}

async function modules(kernel: Entry): Promise<Member[]> {
  return Promise.all(
    DOM0_MODULES.map((name) =>
      fileMember(`modules/${name}.ko`, fileOf(kernel, `modules/${name}.ko`), 0o644),
    ),
  );
}

/** The little that programs ask of /etc: a root user without a password, and a default xl.conf. */
function configuration(): Member[] {
  const text = (path: string, content: string): Member => ({
    kind: 'file',
    path,
    mode: 0o644,
    data: Buffer.from(content),
  });
  return [
    text('etc/group', 'root:x:0:\n'),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    text('etc/shells', '/bin/sh\n'),
    text('etc/xen/xl.conf', ''),
  ];
}

/**
 * A file of an initramfs.
 * @param source where it is on this machine
 */
export async function fileMember(path: string, source: string, mode: number): Promise<Member> {
  return { kind: 'file', path, mode, data: await readFile(source) };
}
