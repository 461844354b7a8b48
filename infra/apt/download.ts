/** Brings packages of an exact version into a folder, and checks them against the signed index. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../cache/hash.ts';
import { UserError } from '../errors.ts';
import { archiveError, type PrivateApt } from './private-apt.ts';
import type { ResolvedPackage, ResolvedSource } from './resolve.ts';
import type { ArchiveFile } from './uris.ts';

/**
 * Downloads binary packages into `folder`.
 * @throws UserError when the archive does not give them.
 */
export async function downloadPackages(
  apt: PrivateApt,
  packages: readonly ResolvedPackage[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const names = packages.map(({ name, version }) => `${name}=${version}`);
  await fetched(
    `the archive does not give ${names.length === 1 ? names[0] : 'the packages of the images'}`,
    apt.run('apt-get', ['download', ...names], { cwd: folder, signal }),
  );
  await verify(
    folder,
    packages.map(({ file }) => file),
  );
}

/**
 * Downloads a source package's files into `folder`, without unpacking them.
 * @throws UserError when the archive does not give them.
 */
export async function downloadSource(
  apt: PrivateApt,
  source: ResolvedSource,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const name = `${source.name}=${source.version}`;
  await fetched(
    `the archive lists the source ${name} but does not give it`,
    apt.run('apt-get', ['source', '--download-only', '--only-source', name], {
      cwd: folder,
      signal,
    }),
  );
  await verify(folder, source.files);
}

async function fetched(message: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError && error.advice === undefined) {
      throw archiveError(message, error);
    }
    throw error;
  }
}

async function verify(folder: string, files: readonly ArchiveFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.name);
    const found = await stat(path).then(
      () => hashFile(path),
      () => 'missing',
    );
    if (found !== file.sha256) {
      throw new UserError(
        `${file.name} is not what the archive's signed index says: ${found}, not ${file.sha256}`,
        {
          advice: 'run again; if it happens again, a proxy between here and the archive alters it',
        },
      );
    }
  }
}
