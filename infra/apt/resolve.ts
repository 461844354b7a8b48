/**
 * Decides once which versions of packages the images are made of, and remembers it.
 *
 * A resolution is kept for as long as the archives and the wishes are the same, so that images do not
 * change under a series of runs, and so that a run with images cached needs no network. It is
 * forgotten when the archive no longer has what it names, or with the whole cache.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashInputs } from '../cache/hash.ts';
import { lock } from '../cache/lock.ts';
import { UserError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { Progress } from '../testbed.ts';
import type { PrivateApt } from './private-apt.ts';
import { type ArchiveFile, parsePrintedUris } from './uris.ts';

/** Which binary packages are wanted. */
export interface PackageWishes {
  /** The newest of each. */
  packages: readonly string[];
}

/** Which packages are wanted, with the source of one. */
export interface Wishes extends PackageWishes {
  /** A meta package whose dependency on `prefix…` is wanted, e.g. the kernel that linux-image-amd64 stands for. */
  meta: { name: string; prefix: string };
  /** A source package: versions that start with `series`, the preferred one first. */
  source: { name: string; series: string; preferred: string };
}

/** A binary package of an exact version. */
export interface ResolvedPackage {
  name: string;
  version: string;
  file: ArchiveFile;
}

/** A version of the source package. */
export interface ResolvedSource {
  name: string;
  version: string;
  /** Tarballs and the .dsc, with the hashes of the signed index. */
  files: ArchiveFile[];
}

/** What wishes for binary packages came to. */
export interface PackageResolution {
  packages: ResolvedPackage[];
}

/** What all wishes came to. */
export interface Resolution extends PackageResolution {
  /** The one that the meta package stands for. */
  metaTarget: ResolvedPackage;
  /** Candidates, in the order in which they are to be tried. */
  sources: ResolvedSource[];
}

/** What wishes of this kind come to. */
export type ResolutionOf<W extends PackageWishes> = W extends Wishes
  ? Resolution
  : PackageResolution;

/** Remembers resolutions below a folder of the cache. */
export class Resolver {
  readonly #folder: string;
  readonly #apt: PrivateApt;
  readonly #progress: Progress;

  constructor(folder: string, apt: PrivateApt, progress: Progress) {
    this.#folder = folder;
    this.#apt = apt;
    this.#progress = progress;
  }

  /** The remembered resolution of these wishes, or a new one from the archives' indexes. */
  async resolve<W extends PackageWishes>(
    wishes: W,
    signal?: AbortSignal,
  ): Promise<ResolutionOf<W>> {
    const remembered = await this.remembered(wishes);
    if (remembered !== undefined) return remembered;
    const held = await lock(join(this.#folder, 'lock'), {
      signal,
      onWait: () => this.#progress.detail('another process reads the archives, waiting for it'),
    });
    try {
      const meanwhile = await this.remembered(wishes);
      if (meanwhile !== undefined) return meanwhile;
      await this.#apt.update(this.#progress, signal);
      const resolution = await this.#query(wishes, signal);
      const path = this.#path(wishes);
      await makeFolder(this.#folder);
      await writeFile(`${path}.new`, `${JSON.stringify(resolution, undefined, 2)}\n`);
      await rename(`${path}.new`, path);
      return resolution;
    } finally {
      await held?.release();
    }
  }

  /** The remembered resolution, without asking anyone. */
  async remembered<W extends PackageWishes>(wishes: W): Promise<ResolutionOf<W> | undefined> {
    const text = await readFile(this.#path(wishes), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as ResolutionOf<W>;
    } catch {
      return undefined;
    }
  }

  /** Forgets it, so that the next `resolve` asks the archives again. */
  async forget(wishes: PackageWishes): Promise<void> {
    await rm(this.#path(wishes), { force: true });
  }

  #path(wishes: PackageWishes): string {
    const key = hashInputs({ archives: this.#apt.fingerprint, wishes: JSON.stringify(wishes) });
    return join(this.#folder, `resolution-${key.slice(0, 16)}.json`);
  }

  async #query<W extends PackageWishes>(
    wishes: W,
    signal: AbortSignal | undefined,
  ): Promise<ResolutionOf<W>> {
    const resolution = isWhole(wishes)
      ? await this.#whole(wishes, signal)
      : { packages: await this.#packages(wishes.packages, signal) };
    return resolution as ResolutionOf<W>;
  }

  async #whole(wishes: Wishes, signal: AbortSignal | undefined): Promise<Resolution> {
    const metaTarget = await this.#metaTarget(wishes.meta, signal);
    const resolved = await this.#packages([...wishes.packages, metaTarget], signal);
    const last = resolved.pop();
    if (last === undefined) throw new Error('the meta package was not resolved');
    return {
      packages: resolved,
      metaTarget: last,
      sources: await this.#sources(wishes.source, signal),
    };
  }

  async #metaTarget(meta: Wishes['meta'], signal: AbortSignal | undefined): Promise<string> {
    const { stdout } = await this.#apt.run('apt-cache', ['show', '--no-all-versions', meta.name], {
      signal,
    });
    const depends = /^Depends: (.*)$/m.exec(stdout)?.[1] ?? '';
    const target = depends
      .split(/[,|]/)
      .map((part) => part.trim().split(/[\s(]/)[0] ?? '')
      .find((name) => name.startsWith(meta.prefix));
    if (target === undefined) throw notInArchive(meta.name);
    return target;
  }

  async #packages(
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ResolvedPackage[]> {
    const { stdout } = await this.#apt.run('apt-get', ['download', '--print-uris', ...names], {
      signal,
    });
    const files = parsePrintedUris(stdout);
    return names.map((name) => {
      const file = files.find((candidate) => candidate.name.startsWith(`${name}_`));
      const version = file === undefined ? undefined : versionOf(file.name);
      if (file === undefined || version === undefined) throw notInArchive(name);
      return { name, version, file };
    });
  }

  async #sources(
    wish: Wishes['source'],
    signal: AbortSignal | undefined,
  ): Promise<ResolvedSource[]> {
    const { stdout } = await this.#apt.run('apt-cache', ['showsrc', '--only-source', wish.name], {
      signal,
    });
    const listed = [...stdout.matchAll(/^Version: (\S+)$/gm)].map((match) => match[1] ?? '');
    const versions = [...new Set(listed)]
      .filter((version) => version.startsWith(wish.series))
      .sort((a, b) => Number(b === wish.preferred) - Number(a === wish.preferred));
    const sources: ResolvedSource[] = [];
    for (const version of versions) {
      const printed = await this.#apt.run(
        'apt-get',
        ['source', '--print-uris', '--download-only', '--only-source', `${wish.name}=${version}`],
        { signal },
      );
      sources.push({ name: wish.name, version, files: parsePrintedUris(printed.stdout) });
    }
    if (sources.length === 0) throw notInArchive(`${wish.name} (source, ${wish.series}*)`);
    return sources;
  }
}

function isWhole(wishes: PackageWishes): wishes is Wishes {
  return 'meta' in wishes;
}

/** The version in a .deb's file name, where apt writes a colon as %3a. */
function versionOf(fileName: string): string | undefined {
  const version = fileName.split('_')[1];
  return version === undefined ? undefined : decodeURIComponent(version);
}

function notInArchive(name: string): UserError {
  return new UserError(`the package archives do not list ${name}`, {
    advice: 'run on Debian 12 with component main of bookworm and bookworm-security as sources',
  });
}
