/** Unpacks Debian's packages side by side into one tree, as an installation would lay them out. */
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { downloadPackages } from '../apt/download.ts';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { ResolvedPackage } from '../apt/resolve.ts';
import { UserError } from '../errors.ts';

/** Folders that are links into usr since Debian 12, where packages still name them. */
const MERGED = ['bin', 'lib', 'lib64', 'sbin'];

/** What no program reads. */
const UNREAD = ['doc', 'info', 'lintian', 'locale', 'man'].map(
  (name) => `--exclude=./usr/share/${name}`,
);

/**
 * Downloads packages and unpacks them.
 * @param tree an empty folder
 * @param scratch another one
 * @throws UserError when the archive does not give one, or it cannot be unpacked
 */
export async function unpackPackages(
  apt: PrivateApt,
  packages: readonly ResolvedPackage[],
  { tree, scratch }: { tree: string; scratch: string },
  signal?: AbortSignal,
): Promise<void> {
  const debs = join(scratch, 'debs');
  await mkdir(debs);
  await downloadPackages(apt, packages, debs, signal);
  for (const name of MERGED) {
    await mkdir(join(tree, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(tree, name));
  }
  for (const deb of await readdir(debs)) await unpack(join(debs, deb), tree, signal);
}

async function unpack(deb: string, tree: string, signal: AbortSignal | undefined): Promise<void> {
  const options = { reject: false, ...(signal === undefined ? {} : { cancelSignal: signal }) };
  const { failed, stderr } = await execa('dpkg-deb', ['--fsys-tarfile', deb], {
    ...options,
    buffer: { stdout: false, stderr: true },
  }).pipe(
    'tar',
    ['-x', '-C', tree, '--no-same-owner', '--keep-directory-symlink', ...UNREAD],
    options,
  );
  signal?.throwIfAborted();
  if (failed) throw new UserError(`${deb} cannot be unpacked: ${String(stderr).trim()}`);
}
