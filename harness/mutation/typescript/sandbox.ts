/**
 * Where mutants run. A mutant of code that deletes files and kills processes deletes and kills others, so
 * it sees this machine read-only, with folders for temporary files, processes and a network of its own
 * (bwrap(1)).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that are empty at first, and gone afterwards. */
const OWN_FOLDERS = ['/tmp', '/var/tmp', '/run'];
/** Where Vite writes a configuration that it has compiled. */
const VITE_FOLDER = 'node_modules/.vite-temp';

/** What root keeps there: some tests give a folder away, and remove it. */
function capabilities(): string[] {
  if (process.getuid?.() !== 0) return [];
  const kept = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE'].flatMap((name) => ['--cap-add', name]);
  return ['--cap-drop', 'ALL', ...kept];
}

/**
 * The command line that runs a command so.
 * @param root the repository, which it sees and cannot write to
 * @param writable the one folder that it can write to
 */
export async function alone(
  root: string,
  writable: string,
  argv: readonly string[],
): Promise<[file: string, args: string[]]> {
  const compiled = join(root, VITE_FOLDER);
  for (const folder of [compiled, writable]) await mkdir(folder, { recursive: true });
  return [
    'bwrap',
    [
      ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
      ...OWN_FOLDERS.flatMap((folder) => ['--tmpfs', folder]),
      // They may be in one of those folders.
      ...['--ro-bind', root, root, '--tmpfs', compiled, '--bind', writable, writable],
      ...capabilities(),
      ...['--unshare-pid', '--unshare-ipc', '--unshare-net', '--die-with-parent'],
      ...['--setenv', 'HOME', '/tmp', '--setenv', 'TMPDIR', '/tmp'],
      ...['--chdir', root, '--', ...argv],
    ],
  ];
}
