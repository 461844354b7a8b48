/** Cache entries of what comes from the package archives as it is, or all but. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { downloadPackages, downloadSource } from '../apt/download.ts';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { ResolvedPackage, ResolvedSource } from '../apt/resolve.ts';
import type { ArchiveFile } from '../apt/uris.ts';
import { type Entry, fileOf, type Recipe } from '../cache/cache.ts';
import { UserError } from '../errors.ts';
import { command } from '../process/command.ts';

/** The entry that holds binary packages under the names that the archive gives them. */
export function packagesRecipe(
  name: string,
  apt: PrivateApt,
  packages: readonly ResolvedPackage[],
): Recipe {
  const files = packages.map(({ file }) => file);
  return {
    name,
    doing: `downloading ${packages.length === 1 ? packages[0]?.name : `${packages.length} packages`} (${megabytes(files)})`,
    inputs: inputsOf(files),
    build: (out, { signal }) => downloadPackages(apt, packages, out, signal),
  };
}

/** The entry that holds the files of a source package. */
export function sourceRecipe(apt: PrivateApt, source: ResolvedSource): Recipe {
  return {
    name: `${source.name}-source`,
    doing: `downloading the source of ${source.name} ${source.version} (${megabytes(source.files)})`,
    inputs: inputsOf(source.files),
    build: (out, { signal }) => downloadSource(apt, source, out, signal),
  };
}

/**
 * The entry that holds `xen`, Debian's own hypervisor, as plain ELF, out of its package. It is built
 * without XSM.
 */
export function packagedXenRecipe(packageEntry: Entry): Recipe {
  return {
    name: 'packaged-xen',
    doing: "unpacking Debian's hypervisor",
    inputs: { package: packageEntry.key },
    async build(out, { scratch, signal }) {
      const [deb = ''] = Object.keys(packageEntry.manifest.files);
      await command('dpkg-deb', ['--extract', fileOf(packageEntry, deb), scratch], { signal });
      const boot = join(scratch, 'boot');
      const image = (await readdir(boot)).find((name) => /^xen-.*\.gz$/.test(name));
      if (image === undefined) throw new UserError(`${deb} has no hypervisor`);
      await writeFile(join(out, 'xen'), gunzipSync(await readFile(join(boot, image))));
    },
  };
}

function inputsOf(files: readonly ArchiveFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]));
}

function megabytes(files: readonly ArchiveFile[]): string {
  return `${(files.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1)} MB`;
}
