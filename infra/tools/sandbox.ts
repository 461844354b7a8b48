/**
 * Commands inside a root of our own, by bubblewrap (bwrap(1)), which is in that root itself and is started
 * by the root's own loader: this machine gives nothing but its kernel. Without root, that needs user
 * namespaces. A command sees the root's /usr, which it cannot write to, and the folders that it is given
 * at their own paths; it has no network, and dies with this process.
 */
import { join } from 'node:path';

/** Where a program and its libraries lie in a root. */
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
const LOADER = `${LIBRARIES}/ld-linux-x86-64.so.2`;

const MERGED = ['bin', 'lib', 'lib64', 'sbin'];

/** What every command finds in its environment, beside what it is given. */
const ENVIRONMENT = {
  PATH: '/usr/bin:/usr/sbin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

/** How a command is to run in a root. */
export interface Sandboxed {
  /** Absolute paths of folders that it may write to. */
  folders: readonly string[];
  cwd?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** The command line that runs a command in a root. */
export function inRoot(
  root: string,
  [file, ...args]: readonly [string, ...string[]],
  { folders, cwd = '/tmp', env = {} }: Sandboxed,
): [file: string, args: string[]] {
  const set = Object.entries({ ...ENVIRONMENT, ...env });
  return [
    join(root, LOADER),
    [
      ...['--library-path', join(root, LIBRARIES), join(root, 'usr/bin/bwrap')],
      ...['--unshare-pid', '--unshare-ipc', '--unshare-net', '--die-with-parent'],
      ...['--ro-bind', join(root, 'usr'), '/usr'],
      ...MERGED.flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
      // Leak detection, in tests, asks of processes by the numbers that they have here.
      ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
      ...folders.flatMap((folder) => ['--bind', folder, folder]),
      ...['--clearenv', ...set.flatMap(([name, value]) => ['--setenv', name, value])],
      ...['--chdir', cwd, '--', file, ...args],
    ],
  ];
}
