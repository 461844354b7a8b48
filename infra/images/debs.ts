/** Cache entries of what comes from the package archives as it is. */
import { downloadPackages, downloadSource } from '../apt/download.ts';
import type { PrivateApt } from '../apt/private-apt.ts';
import type { ResolvedPackage, ResolvedSource } from '../apt/resolve.ts';
import type { ArchiveFile } from '../apt/uris.ts';
import type { Recipe } from '../cache/cache.ts';

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

function inputsOf(files: readonly ArchiveFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]));
}

function megabytes(files: readonly ArchiveFile[]): string {
  return `${(files.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1)} MB`;
}
